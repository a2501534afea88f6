// Do dispatches and submits run as often as they are counted?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuOverheadWork, SubmitsAreCounted) {
  check_gpu_kernel("dispatch", gpu_submit_work);
}

TEST(GpuOverheadWork, TheRateIsOfTimesASecond) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const GpuKernel* kernel = find_gpu_kernel("dispatch");
  const auto dispatch = gpu_dispatch_work(*lab, *kernel, kernel->variants.back());
  const auto submit = gpu_submit_work(*lab, *kernel, kernel->variants.back());
  ASSERT_TRUE(dispatch.ok() && submit.ok());
  EXPECT_EQ(dispatch->label.name, "dispatch");
  EXPECT_EQ(submit->label.name, "submit");
  EXPECT_TRUE(dispatch->operations && submit->operations);
  EXPECT_EQ(dispatch->amount, 1.0);
  EXPECT_EQ(submit->amount, 1.0);
}

}  // namespace
}  // namespace weighin::test
