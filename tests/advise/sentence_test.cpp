// Would somebody who knows nothing of models understand the sentence?
#include <gtest/gtest.h>

#include "advise/policy.hpp"
#include "advise/reasons.hpp"

namespace weighin {
namespace {

PolicyAnswer denied(const Reason& reason) {
  PolicyAnswer answer;
  answer.decision = Decision::deny;
  ChoiceResult choice;
  choice.name = "a";
  choice.model_name = "Gemma 2B";
  choice.outcome = Outcome::fail;
  ConditionResult condition;
  condition.key = "fits";
  condition.outcome = Outcome::fail;
  condition.reasons = {reason};
  choice.conditions = {condition};
  choice.reasons = {reason};
  answer.choices = {choice};
  return answer;
}

TEST(Sentence, EveryReasonHasPlainWords) {
  for (const ReasonInfo& info : reason_list()) {
    const Reason reason =
        amount_reason(info.code, "permanent", 4e9, 1e9, "bytes", KnownBy::reported, "");
    const std::string text = sentence_of({}, denied(reason));
    EXPECT_TRUE(text.starts_with("No, Gemma 2B will not run on this device: ")) << text;
    EXPECT_EQ(text.back(), '.') << text;
    EXPECT_EQ(text.find(info.code), std::string::npos) << "a code is no plain word: " << text;
    EXPECT_EQ(text.find("could not be found out") != std::string::npos, info.code == "factUnknown")
        << info.code << " has no words";
  }
}

TEST(Sentence, OneForEachDecision) {
  PolicyAnswer answer = denied(amount_reason("insufficientMemory", "permanent", 4.0 * kGiB,
                                             1.0 * kGiB, "bytes", KnownBy::reported, ""));
  EXPECT_EQ(sentence_of({}, answer),
            "No, Gemma 2B will not run on this device: it needs 4.0 GiB of memory and 1.0 GiB can "
            "be used.");
  answer.decision = Decision::undecided;
  EXPECT_TRUE(sentence_of({}, answer).starts_with("It could not be decided"));
  answer.decision = Decision::fallback;
  EXPECT_NE(sentence_of({}, answer).find("the online service"), std::string::npos);
  answer.choices[0].conditions.clear();
  answer.choices[0].reasons.clear();
  answer.decision = Decision::allow;
  answer.choice = 0;
  EXPECT_EQ(sentence_of({}, answer), "Yes, Gemma 2B will run well on this device.");
  EXPECT_EQ(sentence_of({}, {}), "The policy names nothing to decide.");
}

TEST(Sentence, OfTheDeviceAlone) {
  PolicyAnswer answer =
      denied(feature_reason("onBattery", "transient", "connect the device to power"));
  answer.choices[0].model_name.clear();
  answer.choices[0].name = "quiet";
  EXPECT_EQ(sentence_of({}, answer),
            "No, this device is not good enough for \"quiet\": the device runs on battery.");
  answer.choices[0].conditions.clear();
  answer.choices[0].reasons.clear();
  answer.decision = Decision::allow;
  answer.choice = 0;
  EXPECT_EQ(sentence_of({}, answer), "Yes, this device is good enough for \"quiet\".");
}

}  // namespace
}  // namespace weighin
