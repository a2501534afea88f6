// How are reading and copying within a GPU's memory timed and checked?
#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "bench/gpu/gpu_work.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using vulkan::Timing;

constexpr Bytes kStepBytes = kMiB;
constexpr std::uint32_t kUnitBytes = 16, kSlots = 64;
constexpr std::uint32_t kMostGroups = 32768;  // in one direction; every device takes 65535
constexpr std::uint64_t kSeed = 20261129;
constexpr std::uint32_t kLoads[] = {8, 4, 16};  // of an invocation, the ways to do it

struct Push {
  std::uint32_t first_unit, count, last;  // last: slots of sums, or where the copy begins
};

struct MemoryJob {
  GpuLab* lab = nullptr;
  bool copies = false;
  std::string shader, variant;
  vulkan::Pipeline pipeline;
  VkDescriptorSet set = nullptr;
  std::map<std::int64_t, std::pair<vulkan::Pipeline, VkDescriptorSet>> ready;  // by way
  std::uint32_t loads = 0;
  std::vector<unsigned char> pattern;  // one step
  std::uint32_t sum = 0;               // of the pattern's words
  std::int64_t steps = 0;              // that lie in the data (a copy: in their first half)
  std::int64_t position = 0, last_steps = 0, last_first = 0;

  Result<Done> choose(std::int64_t way) {
    loads = kLoads[way];
    if (const auto found = ready.find(way); found != ready.end()) {
      std::tie(pipeline, set) = found->second;
      return Done{};
    }
    auto made = lab->pipeline(shader, variant, 2, sizeof(Push), {lab->wide_group(), loads});
    if (!made) return made.error();
    pipeline = *made;
    const vulkan::Buffer& data = lab->data();
    const Bytes half = steps * kStepBytes;
    const vulkan::Binding bindings[] = {
        {&data, 0, half}, copies ? vulkan::Binding{&data, half, half}
                                 : vulkan::Binding{&lab->results(), 0, kSlots * 4}};
    auto bound = vulkan::bind_buffers(lab->device(), pipeline, bindings);
    if (!bound) return bound.error();
    set = *bound;
    ready.emplace(way, std::pair{pipeline, set});
    return Done{};
  }

  Result<Timing> run(std::int64_t count) {
    last_steps = count;
    const vulkan::ComputeDevice& device = lab->device();
    return lab->queue().run([&](VkCommandBuffer commands) {
      if (!copies) {
        device.call.CmdFillBuffer(commands, lab->results().handle, 0, kSlots * 4, 0);
        vulkan::record_barrier(device, commands);
      }
      for (std::int64_t left = count; left > 0;) {
        if (position >= steps) position = 0;
        const std::int64_t now = std::min(left, steps - position);
        const auto units = static_cast<std::uint32_t>(now * kStepBytes / kUnitBytes);
        const auto first = static_cast<std::uint32_t>(position * kStepBytes / kUnitBytes);
        const Push push{first, units, copies ? first : kSlots};
        const std::uint32_t groups = units / (lab->wide_group() * loads);
        const std::uint32_t x = std::min(groups, kMostGroups);
        vulkan::record_dispatch(device, commands, pipeline, set, &push, x, (groups + x - 1) / x);
        vulkan::record_barrier(device, commands);
        last_first = position;
        position += now;
        left -= now;
      }
    });
  }

  Result<bool> check() {
    if (copies) {
      // What was copied last; the target was cleared before.
      std::vector<unsigned char> copy(pattern.size());
      const auto done = lab->download(lab->data(), (steps + last_first) * kStepBytes, copy.data(),
                                      kStepBytes);
      if (!done) return done.error();
      return copy == pattern;
    }
    std::vector<std::uint32_t> sums(kSlots);
    const auto done = lab->download(lab->results(), 0, sums.data(), kSlots * 4);
    if (!done) return done.error();
    const std::uint32_t all = std::accumulate(sums.begin(), sums.end(), 0u);
    return all == static_cast<std::uint32_t>(last_steps) * sum;
  }

  Result<Done> fill() {
    position = 0;
    if (copies) {
      const vulkan::ComputeDevice& device = lab->device();
      const auto cleared = lab->queue().run([&](VkCommandBuffer commands) {
        device.call.CmdFillBuffer(commands, lab->data().handle,
                                  static_cast<VkDeviceSize>(steps * kStepBytes),
                                  static_cast<VkDeviceSize>(steps * kStepBytes), 0);
        vulkan::record_barrier(device, commands);
      });
      if (!cleared) return cleared.error();
    }
    return lab->repeat_pattern(pattern, steps);
  }
};

}  // namespace

Result<GpuWork> gpu_memory_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  const auto job = std::make_shared<MemoryJob>();
  job->lab = &lab;
  job->copies = kernel.kind == GpuKernelKind::memory_copy;
  job->shader = kernel.shader;
  job->variant = variant.shader;
  job->steps = lab.data().bytes / kStepBytes / (job->copies ? 2 : 1);
  job->pattern = kernels::random_rows("F16", 1, kStepBytes / 2, kSeed);
  for (std::size_t at = 0; at < job->pattern.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, job->pattern.data() + at, sizeof word);
    job->sum += word;
  }
  const auto chosen = job->choose(0);
  if (!chosen) return chosen.error();
  GpuWork work = begin_work(lab, kernel, variant);
  work.label.working_set_bytes = lab.data().bytes;
  work.amount = static_cast<double>(kernel.bytes_per_row(kStepBytes));
  work.fill = [job] { return job->fill(); };
  work.run = [job](std::int64_t steps) { return job->run(steps); };
  work.check = [job] { return job->check(); };
  work.ways = static_cast<std::int64_t>(std::size(kLoads));
  work.choose = [job](std::int64_t way) { return job->choose(way); };
  return work;
}

}  // namespace weighin
