// Are the drivers asked again when a GPU, a driver or a variable has changed, and not otherwise?
#include "session/kept_gpus.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

constexpr const char* kNone =
    R"({"schema": "weighin-gpu-answer/1", "drivers": [], "searched": []})";
constexpr const char* kBroken =
    R"json({"schema": "weighin-gpu-answer/1", "searched": [], "drivers": [{"driver": "bad.json",
    "interface": "vulkan", "status": "error", "why": "crashed (SIGSEGV)", "devices": []}]})json";

int asked_times(const std::string& folder, const char* answer, int times) {
  int asked = 0;
  for (int i = 0; i < times; ++i) {
    const auto host = host_with_kept_gpus(live_host(), folder);
    const auto got = host->ask("vulkan.json", [&]() -> Result<std::string> {
      ++asked;
      return std::string(answer);
    });
    EXPECT_TRUE(got);
    EXPECT_EQ(*got, answer);
  }
  return asked;
}

TEST(KeptGpus, AGoodAnswerIsAskedForOnce) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(asked_times(folder.path().string(), kNone, 3), 1);
}

TEST(KeptGpus, AFailureIsAskedForEachTime) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(asked_times(folder.path().string(), kBroken, 3), 3);
}

TEST(KeptGpus, ABrokenFileIsNoAnswer) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(asked_times(folder.path().string(), kNone, 1), 1);
  for (const auto& each : std::filesystem::directory_iterator(folder.path()))
    std::ofstream(each.path()) << "{\"schema\": \"weigh";
  EXPECT_EQ(asked_times(folder.path().string(), kNone, 2), 1);
}

TEST(KeptGpus, OtherQuestionsAreNotKept) {
  const test::TemporaryFolder folder;
  const auto host = host_with_kept_gpus(live_host(), folder.path().string());
  int asked = 0;
  for (int i = 0; i < 2; ++i) {
    static_cast<void>(host->ask("statfs/models", [&]() -> Result<std::string> {
      ++asked;
      return std::string("{}");
    }));
  }
  EXPECT_EQ(asked, 2);
}

TEST(KeptGpus, ANewCardADriverOrAVariableMakesOtherFacts) {
  test::FakeHost host;
  const std::string before = gpu_facts_of(host);
  EXPECT_EQ(gpu_facts_of(host), before);
  test::FakeHost card;
  card.files["/sys/class/drm/card0/device/vendor"] = "0x10de\n";
  card.files["/proc/driver/nvidia/version"] = "NVRM version: 550.54\n";
  EXPECT_NE(gpu_facts_of(card), before);
  test::FakeHost newer = card;
  newer.files["/proc/driver/nvidia/version"] = "NVRM version: 560.10\n";
  EXPECT_NE(gpu_facts_of(newer), gpu_facts_of(card));
}

}  // namespace
}  // namespace weighin
