// What do a dispatch and a submit cost where there is hardly any work in them?
#include "bench/gpu/gpu_work.hpp"

namespace weighin {
namespace {

using vulkan::Timing;

struct CountJob {
  GpuLab* lab = nullptr;
  vulkan::Pipeline pipeline;
  VkDescriptorSet set = nullptr;
  std::uint32_t expected = 0;

  Result<Done> begin() {
    auto made = lab->pipeline("dispatch", "plain", 1, 0, {});
    if (!made) return made.error();
    pipeline = *made;
    const vulkan::Binding binding{&lab->results(), 0, 16};
    auto bound = vulkan::bind_buffers(lab->device(), pipeline, {&binding, 1});
    if (!bound) return bound.error();
    set = *bound;
    return Done{};
  }
  Result<Done> clear() {
    expected = 0;
    const vulkan::ComputeDevice& device = lab->device();
    const auto done = lab->queue().run([&](VkCommandBuffer commands) {
      device.call.CmdFillBuffer(commands, lab->results().handle, 0, 16, 0);
      vulkan::record_barrier(device, commands);
    });
    if (!done) return done.error();
    return Done{};
  }
  void record(VkCommandBuffer commands) const {
    vulkan::record_dispatch(lab->device(), commands, pipeline, set, nullptr, 1);
    vulkan::record_barrier(lab->device(), commands);
  }
  Result<bool> check() {
    std::uint32_t counted = 0;
    const auto done = lab->download(lab->results(), 0, &counted, sizeof counted);
    if (!done) return done.error();
    return counted == expected;
  }
};

Result<GpuWork> begin(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant,
                      std::shared_ptr<CountJob>& job) {
  job = std::make_shared<CountJob>();
  job->lab = &lab;
  const auto begun = job->begin();
  if (!begun) return begun.error();
  GpuWork work = begin_work(lab, kernel, variant);
  work.label.beyond_caches = false;
  work.label.why.clear();
  work.operations = true;
  work.amount = 1.0;
  work.fill = [job] { return job->clear(); };
  work.check = [job] { return job->check(); };
  return work;
}

}  // namespace

Result<GpuWork> gpu_dispatch_work(GpuLab& lab, const GpuKernel& kernel,
                                  const GpuVariant& variant) {
  std::shared_ptr<CountJob> job;
  auto work = begin(lab, kernel, variant, job);
  if (!work) return work;
  work->most_steps = 1024;
  work->run = [job](std::int64_t steps) {
    job->expected += static_cast<std::uint32_t>(steps);
    return job->lab->queue().run([&](VkCommandBuffer commands) {
      for (std::int64_t i = 0; i < steps; ++i) job->record(commands);
    });
  };
  return work;
}

Result<GpuWork> gpu_submit_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  std::shared_ptr<CountJob> job;
  auto work = begin(lab, kernel, variant, job);
  if (!work) return work;
  work->label.name = "submit";
  work->most_steps = 64;
  work->run = [job](std::int64_t steps) -> Result<Timing> {
    vulkan::CommandQueue& queue = job->lab->queue();
    const auto ready = queue.prepare([&](VkCommandBuffer commands) { job->record(commands); });
    if (!ready) return ready.error();
    Timing all;
    // It is the CPU that waits, so it is the CPU's clock that counts.
    all.device_clock = true;
    for (std::int64_t i = 0; i < steps; ++i) {
      const auto one = queue.repeat();
      if (!one) return one.error();
      ++job->expected;
      all.seconds += one->host_seconds;
      all.host_seconds += one->host_seconds;
    }
    return all;
  };
  return work;
}

}  // namespace weighin
