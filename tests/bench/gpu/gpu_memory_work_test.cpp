// Do a GPU's memory figures count the bytes that were moved?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuMemoryWork, CountsWhatItMoves) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const GpuKernel* read = find_gpu_kernel("memory read");
  const GpuKernel* copy = find_gpu_kernel("memory copy");
  const auto reading = gpu_memory_work(*lab, *read, read->variants.back());
  const auto copying = gpu_memory_work(*lab, *copy, copy->variants.back());
  ASSERT_TRUE(reading.ok() && copying.ok());
  EXPECT_FALSE(reading->operations || copying->operations);
  EXPECT_EQ(reading->amount, 1024.0 * 1024.0);
  EXPECT_EQ(copying->amount, 2 * reading->amount);  // read and written
  EXPECT_EQ(reading->label.working_set_bytes, lab->data().bytes);
}

}  // namespace
}  // namespace weighin::test
