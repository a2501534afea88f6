// Do a GPU's matrix figures count weights for one vector and operations for many?
#include "kernels/gpu/gpu_kernel_check.hpp"
#include "kernels/reference.hpp"

namespace weighin::test {
namespace {

TEST(GpuMatrixWork, CountsBytesOrOperations) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const GpuKernel* decode = find_gpu_kernel("decode q4_0");
  const GpuKernel* prefill = find_gpu_kernel("prefill q8_0");
  const auto one = gpu_decode_work(*lab, *decode, decode->variants.back());
  const auto many = gpu_prefill_work(*lab, *prefill, prefill->variants.back());
  ASSERT_TRUE(one.ok() && many.ok());
  EXPECT_FALSE(one->operations);
  EXPECT_EQ(one->amount, 61.0 * 2048 / 32 * 18);
  EXPECT_TRUE(many->operations);
  EXPECT_EQ(many->amount, 2.0 * 61 * 2048 * 96);
  EXPECT_EQ(many->label.why, "a batch of 96 vectors");
}

TEST(GpuMatrixWork, PackedRowsKeepTheirSize) {
  for (const GpuKernel* kernel : gpu_kernel_table()) {
    if (kernel->pack == nullptr) continue;
    for (const std::int64_t columns : {2048, 4096, 8192}) {
      const Bytes bytes = kernel->bytes_per_row(columns);
      EXPECT_EQ(bytes, kernels::plain_row_bytes(kernel->format, columns)) << kernel->name;
      EXPECT_EQ(bytes % 16, 0) << kernel->name;
    }
  }
}

}  // namespace
}  // namespace weighin::test
