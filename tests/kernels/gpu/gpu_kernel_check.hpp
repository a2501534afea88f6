// Is a GPU kernel right in each of its variants, and is a wrong result found out?
#pragma once

#include <string>

#include "bench/gpu/gpu_work.hpp"
#include "support/software_gpu.hpp"

namespace weighin::test {

using Make = Result<GpuWork> (*)(GpuLab&, const GpuKernel&, const GpuVariant&);

inline const GpuKernel* find_gpu_kernel(const std::string& name) {
  for (const GpuKernel* kernel : gpu_kernel_table()) {
    if (kernel->name == name) return kernel;
  }
  return nullptr;
}

/// Overwrites what the kernel has written, and the data where it works in place.
inline void spoil(GpuLab& lab, const GpuWork& work) {
  const vulkan::Buffer& buffer = work.label.name == "memory copy" ? lab.data() : lab.results();
  const auto done = lab.queue().run([&](VkCommandBuffer commands) {
    lab.device().call.CmdFillBuffer(commands, buffer.handle, 0, VK_WHOLE_SIZE, 0x3f800001u);
    vulkan::record_barrier(lab.device(), commands);
  });
  EXPECT_TRUE(done.ok());
}

/// Runs one variant: a step, several steps, every way; then its result is spoilt.
inline void check_work(GpuLab& lab, GpuWork& work) {
  ASSERT_TRUE(work.run) << work.label.why;
  for (std::int64_t way = 0; way < work.ways; ++way) {
    if (work.ways > 1) {
      const auto chosen = work.choose(way);
      ASSERT_TRUE(chosen.ok()) << to_text(chosen.error());
    }
    for (const std::int64_t steps : {1, 3}) {
      const auto filled = work.fill();
      ASSERT_TRUE(filled.ok()) << to_text(filled.error());
      const auto timing = work.run(steps);
      ASSERT_TRUE(timing.ok()) << to_text(timing.error());
      EXPECT_GT(timing->seconds, 0.0);
      const auto right = work.check();
      ASSERT_TRUE(right.ok()) << to_text(right.error());
      EXPECT_TRUE(*right) << work.label.name << ", way " << way << ", " << steps << " steps";
    }
  }
  spoil(lab, work);
  const auto wrong = work.check();
  ASSERT_TRUE(wrong.ok()) << to_text(wrong.error());
  EXPECT_FALSE(*wrong) << "a wrong result of " << work.label.name << " is taken for a right one";
}

/// All variants of the kernel of this name on lavapipe. What it cannot run is said, and the last
/// variant runs anywhere.
inline void check_gpu_kernel(const std::string& name, Make make) {
  const std::string none = no_software_gpu();
  if (!none.empty()) GTEST_SKIP() << none;
  const GpuKernel* kernel = find_gpu_kernel(name);
  ASSERT_NE(kernel, nullptr) << name;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  std::size_t ran = 0;
  for (const GpuVariant& variant : kernel->variants) {
    const std::string lack = lack_of(variant, lab->device().able);
    if (!lack.empty()) {
      std::printf("skipped: %s (%s): the device %s\n", name.c_str(),
                  std::string(variant.shader).c_str(), lack.c_str());
      continue;
    }
    SCOPED_TRACE(name + " " + std::string(variant.shader));
    auto work = make(*lab, *kernel, variant);
    ASSERT_TRUE(work.ok()) << to_text(work.error());
    EXPECT_EQ(work->label.isa, variant.isa);
    check_work(*lab, *work);
    ++ran;
  }
  EXPECT_GE(ran, 1u);
  EXPECT_TRUE(lack_of(kernel->variants.back(), vulkan::ComputeAbilities{}).empty())
      << "the last variant is to run anywhere";
}

}  // namespace weighin::test
