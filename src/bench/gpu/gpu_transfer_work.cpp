// How fast do data pass between main memory and a GPU's?
#include <algorithm>
#include <cstring>

#include "bench/gpu/gpu_work.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using vulkan::Timing;

constexpr Bytes kStepBytes = kMiB;
constexpr std::uint64_t kSeed = 20261130;

struct TransferJob {
  GpuLab* lab = nullptr;
  bool to_device = false;
  std::vector<unsigned char> pattern;  // one step
  std::int64_t steps = 0;              // that the staging buffer holds
  std::int64_t last = 1;

  Result<Done> fill() {
    auto* staging = static_cast<unsigned char*>(lab->staging().data);
    if (!to_device) {
      const auto done = lab->repeat_pattern(pattern, steps);
      if (!done) return done.error();
      std::memset(staging, 0, static_cast<std::size_t>(steps * kStepBytes));
      return Done{};
    }
    const vulkan::ComputeDevice& device = lab->device();
    const auto cleared = lab->queue().run([&](VkCommandBuffer commands) {
      device.call.CmdFillBuffer(commands, lab->data().handle, 0,
                                static_cast<VkDeviceSize>(steps * kStepBytes), 0);
      vulkan::record_barrier(device, commands);
    });
    if (!cleared) return cleared.error();
    for (std::int64_t i = 0; i < steps; ++i)
      std::memcpy(staging + i * kStepBytes, pattern.data(), pattern.size());
    return Done{};
  }

  Result<Timing> run(std::int64_t count) {
    last = std::min(count, steps);
    const VkBuffer host = lab->staging().handle, data = lab->data().handle;
    const vulkan::ComputeDevice& device = lab->device();
    return lab->transfer_queue().run([&](VkCommandBuffer commands) {
      for (std::int64_t left = count; left > 0; left -= steps) {
        const VkBufferCopy copy{0, 0,
                                static_cast<VkDeviceSize>(std::min(left, steps) * kStepBytes)};
        device.call.CmdCopyBuffer(commands, to_device ? host : data, to_device ? data : host, 1,
                                  &copy);
        vulkan::record_copy_barrier(device, commands);
      }
      if (!to_device) vulkan::record_host_barrier(device, commands);
    });
  }

  Result<bool> check() {
    const Bytes offset = (last - 1) * kStepBytes;
    if (!to_device) {
      const auto* staging = static_cast<const unsigned char*>(lab->staging().data);
      return std::memcmp(staging + offset, pattern.data(), pattern.size()) == 0;
    }
    std::vector<unsigned char> copy(pattern.size());
    const auto done = lab->download(lab->data(), offset, copy.data(), kStepBytes);
    if (!done) return done.error();
    // The download went by way of the staging buffer: it is what it was.
    auto* staging = static_cast<unsigned char*>(lab->staging().data);
    std::memcpy(staging, pattern.data(), pattern.size());
    return copy == pattern;
  }
};

}  // namespace

Result<GpuWork> gpu_transfer_work(GpuLab& lab, bool to_device) {
  const auto job = std::make_shared<TransferJob>();
  job->lab = &lab;
  job->to_device = to_device;
  job->pattern = kernels::random_rows("F16", 1, kStepBytes / 2, kSeed);
  job->steps = std::min(lab.staging().bytes, lab.data().bytes) / kStepBytes;
  GpuWork work;
  work.label.name = to_device ? "transfer to device" : "transfer to host";
  work.label.isa = "vulkan";
  work.label.working_set_bytes = job->steps * kStepBytes;
  work.amount = static_cast<double>(kStepBytes);
  work.fill = [job] { return job->fill(); };
  work.run = [job](std::int64_t steps) { return job->run(steps); };
  work.check = [job] { return job->check(); };
  return work;
}

}  // namespace weighin
