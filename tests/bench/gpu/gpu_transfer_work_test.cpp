// Do data pass to a GPU and back, and is it found out where they do not?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuTransferWork, BothWays) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  for (const bool to_device : {true, false}) {
    auto work = gpu_transfer_work(*lab, to_device);
    ASSERT_TRUE(work.ok()) << to_text(work.error());
    EXPECT_EQ(work->label.name, to_device ? "transfer to device" : "transfer to host");
    for (const std::int64_t steps : {1, 9}) {
      ASSERT_TRUE(work->fill().ok());
      const auto before = work->check();
      ASSERT_TRUE(before.ok());
      EXPECT_FALSE(*before) << "right before anything was transferred";
      ASSERT_TRUE(work->fill().ok());
      ASSERT_TRUE(work->run(steps).ok());
      const auto after = work->check();
      ASSERT_TRUE(after.ok());
      EXPECT_TRUE(*after) << to_device << " " << steps;
    }
  }
}

}  // namespace
}  // namespace weighin::test
