// Does our own program, run as a child, answer in frames and nothing else?
#include "probes/gpu/child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "vulkan/answer_frame.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

using ::testing::HasSubstr;

ChildAnswer run(std::vector<std::string> arguments,
                std::vector<std::pair<std::string, std::string>> environment = {}) {
  ChildRequest request;
  request.program = WEIGHIN_PROGRAM;
  request.arguments = std::move(arguments);
  request.environment = std::move(environment);
  request.deadline_seconds = 20.0;
  return live_host()->run_child(request);
}

TEST(GpuChild, IsKnownByItsArgument) {
  const char* const child[] = {"weighin", "__gpu-probe", "nvml"};
  const char* const other[] = {"weighin", "probe"};
  EXPECT_TRUE(is_gpu_child(3, child));
  EXPECT_FALSE(is_gpu_child(2, other));
  EXPECT_FALSE(is_gpu_child(1, other));
}

TEST(GpuChild, RefusesToBeCalledWrongly) {
  EXPECT_EQ(run({"__gpu-probe"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "vulkan"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "nvml", "more"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "all"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "all", "soon"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "all", "0"}).code, 64);
  EXPECT_EQ(run({"__gpu-probe", "else", "/lib/x.so"}).code, 64);
  EXPECT_TRUE(run({"__gpu-probe", "vulkan"}).output.empty());
}

TEST(GpuChild, SaysWhyADriverCannotBeLoaded) {
  const ChildAnswer answer = run({"__gpu-probe", "vulkan", "/nonexistent/libvulkan_x.so"});
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.code, 0);
  const Transcript transcript = read_transcript(answer.output);
  ASSERT_TRUE(transcript.failure);
  EXPECT_FALSE(transcript.complete);
  EXPECT_THAT(*transcript.failure, testing::AnyOf(HasSubstr("its library cannot be opened"),
                                                  HasSubstr("the Vulkan loader is not installed")));
}

TEST(GpuChild, AnswersInFramesThroughARealDriver) {
  const std::string manifest = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
  const std::string library = "/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so";
  if (!std::filesystem::exists(manifest) || !std::filesystem::exists(library)) {
    GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  }
  const ChildAnswer answer =
      run({"__gpu-probe", "vulkan", library}, {{"VK_DRIVER_FILES", manifest},
                                               {"VK_ICD_FILENAMES", manifest},
                                               {"VK_LOADER_LAYERS_DISABLE", "~implicit~"}});
  const Transcript transcript = read_transcript(answer.output);
  EXPECT_TRUE(transcript.complete) << transcript.failure.value_or("") << answer.why;
  EXPECT_EQ(transcript.stage, "describing device 0");
  ASSERT_EQ(transcript.devices.size(), 1u);
  EXPECT_THAT(transcript.devices[0], HasSubstr("\"name\":\"llvmpipe"));
}

}  // namespace
}  // namespace weighin
