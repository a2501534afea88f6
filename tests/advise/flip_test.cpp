// Does the nearest change, once made, give the decision that it promises?
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "advise/policy_texts.hpp"

namespace weighin {
namespace {

struct Asked {
  Policy policy;
  PolicyModels models;
  PolicyAnswer answer;
};

Asked asked(const DeviceProfile& profile, const std::string& choice) {
  Asked made;
  const auto policy = read_policy(test::policy_with("\"choices\": [" + choice + "]"), "p.json");
  EXPECT_TRUE(policy) << (policy ? "" : to_text(policy.error()));
  if (!policy) return made;
  made.policy = *policy;
  made.models.emplace_back();
  if (!policy->choices[0].model.empty()) made.models.back() = test::model(policy->choices[0].model);
  made.answer = decide(made.policy, made.models, profile, {}, {"2026-11-23", {}, true});
  return made;
}

TEST(Flip, ASmallerFormatGoesBeforeABiggerComputer) {
  const Asked made = asked(test::device(4.8, 16), R"({"model": "llama-3.1-8b", "format": "Q8_0"})");
  EXPECT_EQ(made.answer.decision, Decision::deny);
  ASSERT_TRUE(made.answer.nearest);
  EXPECT_TRUE(made.answer.nearest->change.starts_with("format=")) << made.answer.nearest->change;
}

TEST(Flip, WhatIsPromisedHolds) {
  for (const char* choice :
       {R"({"model": "llama-3.1-70b"})", R"({"name": "g", "conditions": {"min_vram": "10GiB"}})"}) {
    const DeviceProfile profile = test::device(14, 16);
    const Asked made = asked(profile, choice);
    EXPECT_EQ(made.answer.decision, Decision::deny);
    ASSERT_TRUE(made.answer.nearest) << choice;
    const auto supposed = what_if(profile, made.answer.nearest->change);
    ASSERT_TRUE(supposed) << made.answer.nearest->change;
    const PolicyAnswer then =
        decide(made.policy, made.models, *supposed, {}, {"2026-11-23", {}, false});
    EXPECT_EQ(then.decision, made.answer.nearest->decision);
    EXPECT_EQ(exit_code(then.decision), 0);
  }
}

TEST(Flip, AYesSaysWithHowMuchItWouldBeNone) {
  const DeviceProfile profile = test::device(14, 16);
  const Asked made = asked(profile, R"({"model": "llama-3.1-8b"})");
  EXPECT_EQ(made.answer.decision, Decision::allow);
  ASSERT_TRUE(made.answer.nearest);
  EXPECT_NE(exit_code(made.answer.nearest->decision), 0);
}

TEST(Flip, NoneIsInventedWhereNothingHelps) {
  const Asked made =
      asked(test::device(14, 16), R"({"name": "w", "conditions": {"architectures": "aarch64"}})");
  EXPECT_EQ(made.answer.decision, Decision::deny);
  EXPECT_FALSE(made.answer.nearest);
}

}  // namespace
}  // namespace weighin
