// Does attention on a GPU count keys and values once?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuAttentionWork, CountsKeysAndValuesOnce) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const GpuKernel* kernel = find_gpu_kernel("attention f16");
  const auto work = gpu_attention_work(*lab, *kernel, kernel->variants.back());
  ASSERT_TRUE(work.ok());
  EXPECT_FALSE(work->operations);
  EXPECT_EQ(work->amount, 2.0 * 512 * 8 * 128 * 2);  // two halves of 512 cells, 8 heads, 128 values
}

}  // namespace
}  // namespace weighin::test
