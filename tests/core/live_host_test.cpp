// Does the live host answer as this machine does?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

TEST(LiveHost, ReadsListsAndFollows) {
  const auto host = live_host();
  EXPECT_TRUE(host->live());
  EXPECT_EQ(host->root(), "");
  EXPECT_EQ(host->name(), "this machine");
  const auto version = host->read_file("/proc/version");
  ASSERT_TRUE(version.ok()) << version.error().what;
  EXPECT_EQ(*version, test::slurp("/proc/version"));
  const auto names = host->list_directory("/proc/self");
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, testing::Contains("status"));
  EXPECT_TRUE(std::is_sorted(names->begin(), names->end()));
  EXPECT_EQ(*host->read_link("/proc/self/exe"),
            std::filesystem::read_symlink("/proc/self/exe").string());
  EXPECT_FALSE(host->read_file("/proc/nothing").ok());
}

TEST(LiveHost, EnvironmentTellsEmptyFromUnset) {
  const auto host = live_host();
  setenv("WEIGHIN_TEST_VARIABLE", "", 1);
  EXPECT_EQ(host->environment("WEIGHIN_TEST_VARIABLE"), std::optional<std::string>(""));
  unsetenv("WEIGHIN_TEST_VARIABLE");
  EXPECT_EQ(host->environment("WEIGHIN_TEST_VARIABLE"), std::nullopt);
}

TEST(LiveHost, AskCallsTheProducer) {
  const auto host = live_host();
  const auto answer = host->ask("q", [] { return Result<std::string>(std::string("a")); });
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, "a");
  EXPECT_FALSE(host->ask("q", nullptr).ok());
}

TEST(LiveHost, ClockNeverGoesBack) {
  const auto host = live_host();
  double before = host->now_seconds();
  for (int i = 0; i < 1000; ++i) {
    const double now = host->now_seconds();
    EXPECT_GE(now, before);
    before = now;
  }
}

TEST(LiveHost, RunsChildren) {
  const auto host = live_host();
  ChildRequest request;
  request.program = "/bin/true";
  EXPECT_EQ(host->run_child(request).why, "");
  EXPECT_EQ(host->run_children({request, request, request}).size(), 3u);
  EXPECT_TRUE(host->run_children({}).empty());
}

}  // namespace
}  // namespace weighin
