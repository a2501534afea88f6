// Does the first choice that passes win, and is what stands in its way said?
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "advise/policy_texts.hpp"

namespace weighin {
namespace {

using test::device;

PolicyAnswer asked(const std::string& members, const DeviceProfile& profile,
                   const Measurements& measured = {}, const std::string& date = "2026-11-23") {
  const auto policy = read_policy(test::policy_with(members), "p.json");
  EXPECT_TRUE(policy) << (policy ? "" : to_text(policy.error()));
  if (!policy) return {};
  PolicyModels models;
  std::vector<Choice> choices = policy->choices;
  if (policy->fallback.kind == FallbackKind::model) choices.push_back(policy->fallback.choice);
  for (const Choice& each : choices) {
    models.emplace_back();
    if (!each.model.empty()) models.back() = test::model(each.model);
    if (each.stated) {
      const auto made = stated_model(*each.stated, test::catalogue());
      EXPECT_TRUE(made);
      if (made) models.back() = *made;
    }
  }
  return decide(*policy, models, profile, measured, {date, {}, false});
}

constexpr const char* kTwo = R"("choices": [{"model": "llama-3.1-8b"}, {"model": "smollm2-135m"}])";

TEST(Decide, TheFirstThatPassesWins) {
  const PolicyAnswer large = asked(kTwo, device(14, 16));
  EXPECT_EQ(large.decision, Decision::allow);
  EXPECT_EQ(large.choice, 0);
  EXPECT_FALSE(large.choices[1].reached);
  const PolicyAnswer small = asked(kTwo, device(3, 4));
  EXPECT_EQ(small.choice, 1);
  EXPECT_EQ(small.choices[0].outcome, Outcome::fail);
  EXPECT_EQ(small.availability, "downloadable");
  EXPECT_EQ(small.decision, Decision::allow);
}

TEST(Decide, WhatMayYetPassIsShownBeforeWhatCannot) {
  const PolicyAnswer answer = asked(
      R"("choices": [{"name": "fast", "model": "smollm2-135m", "conditions": {"min_decode": 5}},
                     {"name": "roomy", "conditions": {"min_memory": "64GiB"}}])",
      device(3, 4));
  EXPECT_EQ(answer.decision, Decision::undecided);
  EXPECT_EQ(answer.shown()->name, "fast");
  EXPECT_EQ(answer.reasons.front().code, "notMeasured");
}

TEST(Decide, TheFallbacks) {
  const std::string eight = R"("choices": [{"model": "llama-3.1-8b"}])";
  EXPECT_EQ(asked(eight, device(3, 4)).decision, Decision::deny);
  const PolicyAnswer hosted =
      asked(eight + R"(, "fallback": {"hosted": "our server"})", device(3, 4));
  EXPECT_EQ(hosted.decision, Decision::fallback);
  EXPECT_EQ(hosted.availability, "unavailable");
  EXPECT_NE(hosted.sentence.find("our server"), std::string::npos);
  ASSERT_FALSE(hosted.reasons.empty());
  EXPECT_EQ(hosted.reasons.front().code, "insufficientMemory");
  const PolicyAnswer model =
      asked(eight + R"(, "fallback": {"model": "smollm2-135m"})", device(3, 4));
  EXPECT_EQ(model.decision, Decision::fallback);
  EXPECT_TRUE(model.at_fallback);
  EXPECT_EQ(model.shown()->model, "smollm2-135m");
  EXPECT_EQ(asked(eight + R"(, "fallback": {"model": "llama-3.1-70b"})", device(3, 4)).decision,
            Decision::deny);
}

TEST(Decide, WhatUnknownMeansIsThePolicysOwn) {
  const std::string fast =
      R"("choices": [{"model": "smollm2-135m", "conditions": {"min_decode": 2}}])";
  EXPECT_EQ(asked(fast, device(14, 16)).decision, Decision::undecided);
  EXPECT_EQ(asked(R"("unknown": "deny", )" + fast, device(14, 16)).decision, Decision::deny);
  const PolicyAnswer allowed = asked(R"("unknown": "allow", )" + fast, device(14, 16));
  EXPECT_EQ(allowed.decision, Decision::allow_degraded) << "passed, and not proved";
  EXPECT_EQ(allowed.reasons.front().code, "notMeasured");
  EXPECT_EQ(asked(fast, device(14, 16), test::rates(40)).decision, Decision::allow);
}

TEST(Decide, AnExceptionHoldsForItsDevicesUntilItsDay) {
  const std::string slow = R"("choices": [{"model": "gemma-2b", "conditions": {"min_decode": 500}}],
    "exceptions": [{"reason": "tooSlowDecode", "cpus": ["i5-1240P"], "until": "2027-01-31", "why": "tested by hand"}])";
  DeviceProfile profile = device(14, 16);
  profile.cpu.model = Known<std::string>::of("Intel Core i5-1240P", "CPUID");
  const PolicyAnswer let = asked(slow, profile, test::rates(40), "2027-01-31");
  EXPECT_EQ(let.decision, Decision::allow_degraded);
  EXPECT_EQ(let.choices[0].conditions.back().outcome, Outcome::waived);
  EXPECT_EQ(asked(slow, profile, test::rates(40), "2027-02-01").decision, Decision::deny);
  EXPECT_EQ(asked(slow, device(14, 16), test::rates(40)).decision, Decision::deny)
      << "another processor";
}

TEST(Decide, AStatedModelByItsOwnFigures) {
  const std::string ours =
      R"("choices": [{"model": {"name": "Ours", "memory_bytes": "3GiB", "download_bytes": "2GB"}}])";
  EXPECT_EQ(asked(ours, device(14, 16)).decision, Decision::allow);
  EXPECT_EQ(asked(ours, device(3.1, 16)).decision, Decision::allow_degraded);
  const PolicyAnswer none = asked(ours, device(2, 2.5));
  EXPECT_EQ(none.decision, Decision::deny);
  EXPECT_EQ(none.reasons.front().code, "insufficientMemory");
  EXPECT_EQ(none.reasons.front().cls, "permanent");
  EXPECT_EQ(asked(ours, test::with_disk(device(14, 16), kGB)).reasons.front().code, "diskFull");
}

TEST(Decide, ADegradedChoiceSaysSo) {
  const PolicyAnswer answer =
      asked(R"("choices": [{"model": "smollm2-135m", "degraded": true}])", device(14, 16));
  EXPECT_EQ(answer.decision, Decision::allow_degraded);
  ASSERT_EQ(answer.reasons.size(), 1u);
  EXPECT_EQ(answer.reasons[0].code, "degradedChoice");
}

TEST(Decide, ExitCodes) {
  EXPECT_EQ(gate_exit_code(Decision::allow, true), 0);
  EXPECT_EQ(gate_exit_code(Decision::allow_degraded, false), 0);
  EXPECT_EQ(gate_exit_code(Decision::allow_degraded, true), 1);
  EXPECT_EQ(gate_exit_code(Decision::fallback, true), 1);
  EXPECT_EQ(gate_exit_code(Decision::deny, false), 1);
  EXPECT_EQ(gate_exit_code(Decision::undecided, true), 2);
  EXPECT_EQ(gate_exit_code(Decision::undecided, false, 0), 0);
  EXPECT_EQ(gate_exit_code(Decision::undecided, false, 1), 1);
}

}  // namespace
}  // namespace weighin
