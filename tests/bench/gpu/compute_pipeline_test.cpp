// Do specialisation constants, push constants and bindings reach a shader?
#include "vulkan/compute_pipeline.hpp"

#include <gtest/gtest.h>

#include "support/software_gpu.hpp"

namespace weighin::test {
namespace {

TEST(ComputePipeline, ACopyGoesWhereThePushSays) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  // 32 invocations, one unit of 16 bytes each.
  auto copy = lab->pipeline("memory_copy", "plain", 2, 12, {32, 1});
  ASSERT_TRUE(copy.ok()) << to_text(copy.error());
  std::vector<std::uint32_t> words(256);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<std::uint32_t>(i);
  ASSERT_TRUE(lab->upload(lab->data(), 0, words.data(), 1024).ok());
  const std::vector<std::uint32_t> zero(512, 0);
  ASSERT_TRUE(lab->upload(lab->results(), 0, zero.data(), 2048).ok());
  const vulkan::Binding bindings[] = {{&lab->data()}, {&lab->results(), 256, 1024}};
  const auto set = vulkan::bind_buffers(lab->device(), *copy, bindings);
  ASSERT_TRUE(set.ok());
  const std::uint32_t push[] = {16, 32, 8};  // from unit 16, 32 units, to unit 8 of the binding
  const auto done = lab->queue().run([&](VkCommandBuffer commands) {
    vulkan::record_dispatch(lab->device(), commands, *copy, *set, push, 1);
    vulkan::record_barrier(lab->device(), commands);
  });
  ASSERT_TRUE(done.ok());
  std::vector<std::uint32_t> back(512);
  ASSERT_TRUE(lab->download(lab->results(), 0, back.data(), 2048).ok());
  for (std::size_t i = 0; i < back.size(); ++i) {
    const std::size_t first = (256 + 8 * 16) / 4;
    const bool inside = i >= first && i < first + 128;
    ASSERT_EQ(back[i], inside ? i - first + 64 : 0u) << i;
  }
}

TEST(ComputePipeline, AShaderThatWasNotCompiledIsAnError) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  const auto none = lab->pipeline("memory_copy", "dot", 2, 12, {});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().what,
            "the shader memory_copy (dot) was not compiled into the program");
}

}  // namespace
}  // namespace weighin::test
