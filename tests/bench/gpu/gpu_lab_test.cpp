// Do data get to a device and back, and is what it lacks said?
#include "bench/gpu/gpu_lab.hpp"

#include <gtest/gtest.h>

#include "kernels/reference.hpp"
#include "support/software_gpu.hpp"

namespace weighin::test {
namespace {

TEST(GpuLab, DataComeBackAsTheyWere) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  EXPECT_TRUE(lab->device().able.software);
  EXPECT_FALSE(lab->beyond_caches());
  EXPECT_FALSE(lab->remark().empty());
  // More than the staging buffer holds, so that it goes in several pieces.
  const auto bytes = kernels::random_rows("F16", 1, (lab->staging().bytes + 4096) / 2, 11);
  ASSERT_TRUE(lab->upload(lab->data(), 64, bytes.data(), static_cast<Bytes>(bytes.size())).ok());
  std::vector<unsigned char> back(bytes.size());
  ASSERT_TRUE(lab->download(lab->data(), 64, back.data(), static_cast<Bytes>(back.size())).ok());
  EXPECT_EQ(back, bytes);
}

TEST(GpuLab, APatternIsRepeatedAsOftenAsAsked) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const std::vector<unsigned char> zero(16 * 1024, 0);
  ASSERT_TRUE(lab->upload(lab->data(), 0, zero.data(), 16 * 1024).ok());
  const auto pattern = kernels::random_rows("F16", 1, 256, 12);
  ASSERT_TRUE(lab->repeat_pattern(pattern, 13, 1024).ok());
  std::vector<unsigned char> back(16 * 1024);
  ASSERT_TRUE(lab->download(lab->data(), 0, back.data(), 16 * 1024).ok());
  for (std::size_t i = 0; i < back.size(); ++i) {
    const bool inside = i >= 1024 && i < 1024 + 13 * 512;
    ASSERT_EQ(back[i], inside ? pattern[(i - 1024) % 512] : 0) << i;
  }
}

TEST(GpuLab, SaysWhatAVariantLacks) {
  vulkan::ComputeAbilities able;
  GpuVariant variant{"dot", "vulkan_dot", kNeedsSubgroupAdd | kNeedsIntegerDot};
  EXPECT_EQ(lack_of(variant, able), "needs sums among the invocations of a subgroup");
  able.subgroup_add = true;
  EXPECT_EQ(lack_of(variant, able), "needs an integer dot product in hardware");
  able.integer_dot = true;
  EXPECT_FALSE(lack_of(variant, able).empty());  // emulated: slower than without
  able.integer_dot_accelerated = true;
  EXPECT_EQ(lack_of(variant, able), "");
  variant.needs = kNeedsCooperativeMatrix;
  EXPECT_EQ(lack_of(variant, able), "needs cooperative matrices of 16-bit floats");
}

TEST(GpuLab, LittleMemoryIsRefusedWithAReason) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto gpu = SoftwareGpu::open();
  ASSERT_TRUE(gpu);
  const auto lab = GpuLab::open(gpu->loader, gpu->instance, gpu->device, {1000, true});
  ASSERT_FALSE(lab.ok());
  EXPECT_EQ(lab.error().what, "less than 4.0 MiB of its memory may be used");
}

}  // namespace
}  // namespace weighin::test
