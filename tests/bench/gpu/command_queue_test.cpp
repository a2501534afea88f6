// Is work timed by the device's clock, whose bits may run over?
#include "vulkan/command_queue.hpp"

#include <gtest/gtest.h>

#include "support/software_gpu.hpp"

namespace weighin::test {
namespace {

TEST(CommandQueue, ATimestampMayBeginAnew) {
  const std::uint64_t bits36 = (1ull << 36) - 1;
  EXPECT_DOUBLE_EQ(vulkan::between(100, 350, ~0ull, 1e-9), 250e-9);
  EXPECT_DOUBLE_EQ(vulkan::between(bits36 - 9, 40, bits36, 2e-9), 100e-9);
}

TEST(CommandQueue, TimesWorkAndRepeatsIt) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const auto fill = [&](VkCommandBuffer commands) {
    lab->device().call.CmdFillBuffer(commands, lab->data().handle, 0, VK_WHOLE_SIZE, 5);
    vulkan::record_barrier(lab->device(), commands);
  };
  const auto timing = lab->queue().run(fill);
  ASSERT_TRUE(timing.ok()) << to_text(timing.error());
  EXPECT_GT(timing->seconds, 0.0);
  EXPECT_GE(timing->host_seconds, 0.9 * timing->seconds);
  ASSERT_TRUE(lab->queue().prepare(fill).ok());
  for (int i = 0; i < 3; ++i) {
    const auto again = lab->queue().repeat();
    ASSERT_TRUE(again.ok());
    EXPECT_FALSE(again->device_clock);
    EXPECT_GT(again->host_seconds, 0.0);
  }
}

}  // namespace
}  // namespace weighin::test
