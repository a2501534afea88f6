// How is work given to a device, waited for and timed?
#pragma once

#include <functional>

#include "vulkan/compute_device.hpp"

namespace weighin::vulkan {

/// How long some work took.
struct Timing {
  double seconds = 0.0;       ///< by the device's clock; by the CPU's where it has none
  bool device_clock = false;
  double host_seconds = 0.0;  ///< from the call to the end of the wait, by the CPU's clock
};

/// One queue of a device, with one command buffer, used over and over. Lives as long as the device.
class CommandQueue {
 public:
  /// `transfer`: the queue for copies.
  static Result<CommandQueue> open(const ComputeDevice& device, bool transfer = false);

  using Record = std::function<void(VkCommandBuffer)>;
  /// Records, submits and waits at most one second (a rasterizer, that shares its cores with others:
  /// thirty): a device that has not finished by then is an error, and nothing more may be asked of it.
  Result<Timing> run(const Record& record);
  /// Records once; then `repeat` submits the same again. For what a submit costs.
  Result<Done> prepare(const Record& record);
  Result<Timing> repeat();

 private:
  explicit CommandQueue(const ComputeDevice& device) : device_(&device) {}
  Result<Timing> submit(double begun, bool timed);
  const ComputeDevice* device_;
  VkQueue queue_ = nullptr;
  VkCommandPool pool_ = nullptr;
  VkCommandBuffer commands_ = nullptr;
  VkFence fence_ = nullptr;
  VkQueryPool queries_ = nullptr;  // null where the queue has no clock
  std::uint64_t mask_ = 0;         // of the bits of a timestamp that mean something
};

/// Seconds between two timestamps of `mask`'s bits, which may have begun anew in between.
double between(std::uint64_t first, std::uint64_t last, std::uint64_t mask, double tick_seconds);

}  // namespace weighin::vulkan
