// Does the gate decide as the verdict and its exit code say?
#include <gtest/gtest.h>

#include "advise/devices.hpp"

namespace weighin {
namespace {

using test::device;

GateAnswer asked(const DeviceProfile& profile, const char* model, const AdviseOptions& options = {},
                 const Measurements& measurements = {}) {
  return gate(profile, test::model(model), options, measurements);
}

TEST(Gate, Decides) {
  EXPECT_EQ(asked(device(4, 8), "smollm2-135m").decision, Decision::allow);
  EXPECT_EQ(asked(device(14, 16), "llama-3.1-405b").decision, Decision::deny);
  EXPECT_EQ(asked(device(14, 16), "gpt-4").decision, Decision::deny);
  AdviseOptions fast;
  fast.demands.min_decode_tokens_per_second = 20;
  EXPECT_EQ(asked(device(14, 16), "llama-3.1-8b", fast, test::rates(40)).decision, Decision::deny);
  EXPECT_EQ(asked(device(14, 16), "llama-3.1-8b", fast).decision, Decision::undecided)
      << "not measured";
  EXPECT_EQ(asked(device(14, 16), "smollm2-135m", fast, test::rates(40)).decision, Decision::allow);
}

TEST(Gate, TightIsAllowedAndSaidToBe) {
  const auto made = estimate(test::model("llama-3.1-8b"), Plan{});
  ASSERT_TRUE(made);
  const GateAnswer answer = asked(
      device(made->total_bytes_range.high / 0.95 / static_cast<double>(kGiB), 32), "llama-3.1-8b");
  EXPECT_EQ(answer.decision, Decision::allow_degraded);
  ASSERT_FALSE(answer.reasons.empty());
}

TEST(Gate, AnUnknownDiskIsNotAPass) {
  DeviceProfile profile = device(14, 16);
  profile.storage.clear();
  const GateAnswer answer = asked(profile, "smollm2-135m");
  EXPECT_EQ(answer.decision, Decision::undecided);
  ASSERT_FALSE(answer.reasons.empty());
  EXPECT_EQ(answer.reasons[0].code, "factUnknown");
  EXPECT_EQ(asked(profile, "llama-3.1-405b").decision, Decision::deny) << "a no stays a no";
}

TEST(Gate, UnknownMemoryIsUndecided) {
  DeviceProfile profile = device(14, 16);
  profile.memory.usable_bytes = profile.memory.total_bytes = profile.memory.capacity_bytes =
      Known<Bytes>::unknown(Status::error, "broken");
  EXPECT_EQ(asked(profile, "smollm2-135m").decision, Decision::undecided);
}

TEST(Gate, ExitCodeAndVerdictNeverContradict) {
  for (const char* model : {"smollm2-135m", "gemma-2b", "llama-3.1-8b", "llama-3.1-70b", "gpt-4"}) {
    for (const double gib : {0.1, 1.0, 3.0, 5.0, 6.0, 8.0, 64.0}) {
      for (const double speed : {0.0, 10.0}) {
        AdviseOptions options;
        options.demands.min_decode_tokens_per_second = speed;
        const GateAnswer answer = asked(device(gib, 64), model, options, test::rates(40));
        EXPECT_EQ(exit_code(answer.decision), exit_code(answer.verdict, options.demands))
            << model << " " << gib;
        EXPECT_EQ(answer.decision == Decision::allow, answer.reasons.empty())
            << model << " " << gib;
      }
    }
  }
}

TEST(Gate, SameInputSameAnswer) {
  const GateAnswer a = asked(device(5, 8), "llama-3.1-8b"), b = asked(device(5, 8), "llama-3.1-8b");
  EXPECT_EQ(a.reasons, b.reasons);
  EXPECT_EQ(a.decision, b.decision);
}

}  // namespace
}  // namespace weighin
