// Is a whole block right on a GPU?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuBlockWork, AgreesWithTheReference) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  for (const BlockShape& shape : gpu_blocks()) {
    auto work = gpu_block_work(*lab, shape);
    ASSERT_TRUE(work.ok()) << to_text(work.error());
    ASSERT_TRUE(work->run) << work->label.why;
    EXPECT_EQ(work->label.name, "block dense");
    EXPECT_EQ(work->label.format, "Q4_K");
    ASSERT_TRUE(work->fill().ok());
    ASSERT_TRUE(work->run(2).ok());
    const auto right = work->check();
    ASSERT_TRUE(right.ok()) << to_text(right.error());
    EXPECT_TRUE(*right);
    // Other weights than the reference's: the check is to see it.
    spoil(*lab, *work);
    const auto done = lab->queue().run([&](VkCommandBuffer commands) {
      lab->device().call.CmdFillBuffer(commands, lab->data().handle, 0, VK_WHOLE_SIZE, 0x11111111u);
      vulkan::record_barrier(lab->device(), commands);
    });
    ASSERT_TRUE(done.ok());
    const auto wrong = work->check();
    ASSERT_TRUE(wrong.ok());
    EXPECT_FALSE(*wrong);
  }
}

TEST(GpuBlockWork, AFormatWithoutAKernelIsSkipped) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  BlockShape shape = gpu_blocks().front();
  shape.format = "Q2_K";
  const auto work = gpu_block_work(*lab, shape);
  ASSERT_TRUE(work.ok());
  EXPECT_FALSE(work->run);
  EXPECT_EQ(work->label.why, "there is no kernel for Q2_K");
}

}  // namespace
}  // namespace weighin::test
