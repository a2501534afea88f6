// Where does the work on a GPU lie, and how do data get there and back?
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/gpu/gpu_kernel.hpp"
#include "vulkan/command_queue.hpp"
#include "vulkan/compute_pipeline.hpp"
#include "vulkan/device_buffer.hpp"

namespace weighin {

/// How much memory the work may take.
struct GpuSizes {
  Bytes most_bytes = 0;  ///< of the device, for the data; 0 = as much as suits it
  bool small = false;    ///< shapes that a rasterizer on a CPU gets through in no time
};

/// An open device with its queues and the buffers that all kernels take turns in.
class GpuLab {
 public:
  /// `alive` is called where the driver has come back from something that may take long.
  static Result<GpuLab> open(const vulkan::Loader& loader, const vulkan::Instance& instance,
                             VkPhysicalDevice device, const GpuSizes& sizes,
                             std::function<void()> alive = {});

  const vulkan::ComputeDevice& device() const { return *device_; }
  vulkan::CommandQueue& queue() { return queue_; }
  vulkan::CommandQueue& transfer_queue() { return transfer_; }
  bool small() const { return small_; }
  /// More than the last-level cache of any device of its kind holds.
  bool beyond_caches() const { return beyond_caches_; }
  /// What a figure must say of its data; empty where they lie beyond the caches.
  const std::string& remark() const { return remark_; }

  const vulkan::Buffer& data() const { return data_; }
  const vulkan::Buffer& vectors() const { return vectors_; }
  const vulkan::Buffer& scales() const { return scales_; }
  const vulkan::Buffer& results() const { return results_; }
  const vulkan::Buffer& staging() const { return staging_; }

  /// Bytes from the CPU to the device, by way of the staging buffer.
  Result<Done> upload(const vulkan::Buffer& to, Bytes offset, const void* bytes, Bytes count);
  Result<Done> download(const vulkan::Buffer& from, Bytes offset, void* bytes, Bytes count);
  /// Writes the pattern `times` times, one after another, from `offset` of the data on.
  Result<Done> repeat_pattern(std::span<const unsigned char> pattern, std::int64_t times,
                              Bytes offset = 0);

  /// Copies the first `bytes` of the data behind themselves until they are there `times` times.
  Result<Done> repeat_data(Bytes bytes, std::int64_t times, Bytes offset = 0);

  /// Whether the device has what the variant needs.
  bool can_run(const GpuVariant& variant) const;
  /// The shader NAME in this variant, ready to run; fails where it was not compiled.
  Result<vulkan::Pipeline> pipeline(std::string_view shader, std::string_view variant,
                                    std::uint32_t bindings, std::uint32_t push_bytes,
                                    std::vector<std::uint32_t> constants);
  /// The same of a variant with cooperative matrices, its workgroup `subgroups` whole subgroups; the
  /// constants after the workgroup's size are the device's shape of matrices.
  Result<vulkan::Pipeline> matrix_pipeline(std::string_view shader, std::uint32_t bindings,
                                           std::uint32_t push_bytes, std::uint32_t subgroups);
  /// 256 invocations, or the 128 that any device takes.
  std::uint32_t wide_group() const;

 private:
  GpuLab(std::unique_ptr<vulkan::ComputeDevice> device, vulkan::CommandQueue queue,
         vulkan::CommandQueue transfer)
      : device_(std::move(device)), queue_(queue), transfer_(transfer) {}
  std::unique_ptr<vulkan::ComputeDevice> device_;  // the queues point at it
  vulkan::CommandQueue queue_, transfer_;
  vulkan::Buffer data_, vectors_, scales_, results_, staging_;
  bool small_ = false, beyond_caches_ = false;
  std::string remark_;
};

/// Why the variant cannot run on this device: "needs an integer dot product".
std::string lack_of(const GpuVariant& variant, const vulkan::ComputeAbilities& able);

}  // namespace weighin
