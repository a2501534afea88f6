// Is a child that measures ended when it no longer goes on, and what it told kept?
#include "bench/gpu/gpu_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/fake_host.hpp"

namespace weighin::test {
namespace {

using ::testing::HasSubstr;

/// A host whose child tells `frames`, with the token that it was given, and then ends as is said.
struct TellingHost {
  FakeHost host;
  std::vector<ChildRequest> requests;
  std::vector<std::optional<double>> silences;

  explicit TellingHost(std::vector<std::pair<FrameKind, std::string>> frames,
                       ChildEnd end = ChildEnd::exited) {
    host.child = [this, frames, end](const ChildRequest& request) {
      requests.push_back(request);
      const std::string token = request.environment.back().second;
      for (const auto& [kind, payload] : frames)
        silences.push_back(request.heard(write_frame(kind, payload, token)));
      silences.push_back(request.heard("noise"));
      ChildAnswer answer;
      answer.end = end;
      answer.limit_seconds = 1.5;
      return answer;
    };
  }
};

GpuTask task() {
  GpuTask made;
  made.program = "/usr/bin/weighin";
  made.library = "libvulkan_fake.so";
  made.request.order.most_seconds = 2.5;
  return made;
}

TEST(GpuTask, GivesLessTimeToMeasureThanToOpen) {
  TellingHost heard({{FrameKind::stage, "opening the device"},
                     {FrameKind::stage, "measuring decode f16"},
                     {FrameKind::beat, ""},
                     {FrameKind::measurement, "{}"}});
  std::string kinds;
  const GpuOutcome outcome =
      run_gpu_task(heard.host, task(),
                   [&](FrameKind kind, std::string_view) { kinds += static_cast<char>(kind); });
  EXPECT_EQ(kinds, "SSBM");
  ASSERT_EQ(heard.silences.size(), 5u);
  ASSERT_TRUE(heard.silences[0] && heard.silences[1] && heard.silences[2] && heard.silences[3]);
  EXPECT_LT(*heard.silences[1], *heard.silences[0]);
  EXPECT_EQ(heard.silences[2], heard.silences[1]);
  EXPECT_FALSE(heard.silences[4]) << "noise is no sign of life";
  EXPECT_TRUE(outcome.fault) << "there was no end";
  EXPECT_EQ(heard.requests[0].arguments.size(), 3u);
  EXPECT_GT(heard.requests[0].deadline_seconds, 2.5);
  EXPECT_LT(heard.requests[0].deadline_seconds, 3.0);
}

TEST(GpuTask, AWholeAnswerIsNoFault) {
  TellingHost heard({{FrameKind::stage, "measuring decode f16"}, {FrameKind::end, ""}});
  const GpuOutcome outcome = run_gpu_task(heard.host, task(), {});
  EXPECT_FALSE(outcome.fault);
  EXPECT_FALSE(outcome.hung);
}

TEST(GpuTask, AHangIsToldFromACrash) {
  TellingHost hung({{FrameKind::stage, "measuring decode f16"}}, ChildEnd::stalled);
  const GpuOutcome outcome = run_gpu_task(hung.host, task(), {});
  EXPECT_TRUE(outcome.hung);
  EXPECT_EQ(outcome.fault, "stood still for 1.5 s while measuring decode f16");
  TellingHost crashed({{FrameKind::stage, "measuring decode f16"}}, ChildEnd::signalled);
  EXPECT_FALSE(run_gpu_task(crashed.host, task(), {}).hung);
}

TEST(GpuTask, ByWayOfARelayTheRelayHasTimeToTell) {
  GpuTask by_relay = task();
  by_relay.relayed = true;
  TellingHost heard({{FrameKind::stage, "measuring decode f16"},
                     {FrameKind::failure, "stood still for 1.5 s while measuring decode f16"}});
  const GpuOutcome outcome = run_gpu_task(heard.host, by_relay, {});
  EXPECT_TRUE(outcome.hung);
  TellingHost direct({{FrameKind::stage, "measuring decode f16"}});
  run_gpu_task(direct.host, task(), {});
  EXPECT_GT(*heard.silences[0], *direct.silences[0]);
  EXPECT_GT(heard.requests[0].deadline_seconds, direct.requests[0].deadline_seconds);
  EXPECT_EQ(heard.requests[0].arguments[1], kGpuRelayArgument);
  EXPECT_EQ(heard.requests[0].memory_limit_bytes, 0);
}

TEST(GpuTask, ARasterizerHasAllTheTimeItNeeds) {
  GpuTask slow = task();
  slow.request.sizes.small = true;
  slow.request.order.most_seconds = 0.0;
  TellingHost heard({{FrameKind::stage, "measuring decode f16"}, {FrameKind::end, ""}});
  run_gpu_task(heard.host, slow, {});
  EXPECT_GT(heard.requests[0].silence_seconds, 30.0);
  EXPECT_GT(*heard.silences[0], 30.0);
  EXPECT_GT(heard.requests[0].deadline_seconds, 60.0);
}

}  // namespace
}  // namespace weighin::test
