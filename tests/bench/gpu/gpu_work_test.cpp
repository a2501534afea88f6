// Is the best variant chosen that the device can run, and is the reason said where there is none?
#include "bench/gpu/gpu_work.hpp"

#include <gtest/gtest.h>

#include "kernels/gpu/shaders.hpp"
#include "support/software_gpu.hpp"

namespace weighin::test {
namespace {

TEST(GpuWork, EveryKernelHasItsShaders) {
  EXPECT_GE(gpu_kernel_table().size(), 11u);
  for (const GpuKernel* kernel : gpu_kernel_table()) {
    ASSERT_FALSE(kernel->variants.empty()) << kernel->name;
    for (const GpuVariant& variant : kernel->variants) {
      const auto words = kernels::shader_words(kernel->shader, variant.shader);
      ASSERT_FALSE(words.empty()) << kernel->name << " " << variant.shader;
      EXPECT_EQ(words.front(), 0x07230203u) << "no SPIR-V";
      EXPECT_TRUE(variant.isa == "vulkan" || variant.isa.starts_with("vulkan_")) << variant.isa;
    }
  }
  EXPECT_TRUE(kernels::shader_words("decode_q4_0", "none").empty());
}

TEST(GpuWork, TheBestVariantIsChosenOrTheReasonSaid) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  for (const GpuKernel* kernel : gpu_kernel_table()) {
    std::string why;
    const GpuVariant* best = choose_variant(*kernel, *lab, "", why);
    ASSERT_NE(best, nullptr) << kernel->name << ": " << why;
    EXPECT_TRUE(lab->can_run(*best));
    for (const GpuVariant& variant : kernel->variants) {
      if (&variant == best) break;
      EXPECT_FALSE(lab->can_run(variant)) << "a better one was passed over";
    }
    const GpuWork work = begin_work(*lab, *kernel, *best);
    EXPECT_EQ(work.label.name, kernel->name);
    EXPECT_EQ(work.label.isa, best->isa);
    EXPECT_FALSE(work.label.beyond_caches);
    EXPECT_EQ(choose_variant(*kernel, *lab, "abacus", why), nullptr);
    EXPECT_FALSE(why.empty());
  }
}

}  // namespace
}  // namespace weighin::test
