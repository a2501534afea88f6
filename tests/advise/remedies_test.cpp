// Does each remedy really help, and is the smallest sacrifice named first?
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "advise/judge.hpp"

namespace weighin {
namespace {

using test::device;

Verdict judged(const DeviceProfile& profile, const char* model, const AdviseOptions& options = {},
               const Measurements& measurements = {}) {
  return judge(profile, test::model(model), test::catalogue(), options, measurements);
}

TEST(Remedies, NoneWhereNoneIsNeeded) {
  EXPECT_TRUE(judged(device(32, 32), "llama-3.1-8b").to_make_it_fit.empty());
  EXPECT_TRUE(judged(device(32, 32), "gpt-4").to_make_it_fit.empty());
}

TEST(Remedies, ALongContextIsShortenedBeforeTheFormatIs) {
  AdviseOptions options;
  options.plan.context = 65536;
  const Verdict verdict = judged(device(8, 8), "llama-3.1-8b", options);
  ASSERT_EQ(verdict.fit, Fit::too_big);
  ASSERT_FALSE(verdict.to_make_it_fit.empty());
  EXPECT_EQ(verdict.to_make_it_fit[0].change.substr(0, 8), "context ");
}

TEST(Remedies, ALargeFormatGivesWay) {
  AdviseOptions options;
  options.plan.format = "F16";
  options.format_given = true;
  const Verdict verdict = judged(device(12, 16), "llama-3.1-8b", options);
  ASSERT_EQ(verdict.fit, Fit::too_big);
  ASSERT_FALSE(verdict.to_make_it_fit.empty());
  EXPECT_EQ(verdict.to_make_it_fit[0].change, "format Q8_0");
}

TEST(Remedies, EachChangeLeadsToItsVerdict) {
  const DeviceProfile profile = device(7, 8);
  for (const char* name :
       {"qwen2.5-14b", "llama-3.1-8b", "mistral-small-24b-2501", "qwen2.5-32b"}) {
    const Verdict verdict = judged(profile, name);
    for (const Remedy& remedy : verdict.to_make_it_fit) {
      EXPECT_TRUE(is_yes(remedy.verdict)) << name << " " << remedy.change;
      EXPECT_GT(remedy.total_bytes, 0);
      if (remedy.change.rfind("model ", 0) == 0) {
        EXPECT_EQ(judged(profile, remedy.change.substr(6).c_str()).fit, remedy.verdict)
            << remedy.change;
      }
      EXPECT_LE(static_cast<double>(remedy.total_bytes), 7.0 * static_cast<double>(kGiB))
          << name << " " << remedy.change;
    }
  }
}

TEST(Remedies, WhatCostsQualityIsMarkedAndComesAfterWhatDoesNot) {
  const Verdict verdict = judged(device(7, 8), "qwen2.5-14b");
  ASSERT_EQ(verdict.fit, Fit::too_big);
  for (const Remedy& remedy : verdict.to_make_it_fit) {
    const bool low = remedy.change.find("Q2_K") != std::string::npos ||
                     remedy.change.find("Q3_K") != std::string::npos;
    EXPECT_EQ(low, remedy.change.find("costs quality") != std::string::npos) << remedy.change;
  }
  EXPECT_FALSE(verdict.to_make_it_fit.empty());
}

TEST(Remedies, TheSiblingIsOfTheSameGenerationWhereOneFits) {
  // 13B of the year before would fit, too.
  const Verdict verdict = judged(device(22, 24), "llama-3.1-405b");
  ASSERT_EQ(verdict.fit, Fit::too_big);
  ASSERT_FALSE(verdict.to_make_it_fit.empty());
  EXPECT_EQ(verdict.to_make_it_fit.front().change, "model llama-3.1-8b");
}

TEST(Remedies, TooSlowIsCuredByASmallerModelAndNotByAShorterContext) {
  AdviseOptions options;
  options.demands.min_decode_tokens_per_second = 10;
  const Verdict verdict = judged(device(32, 32), "qwen2.5-14b", options, test::rates(40));
  ASSERT_EQ(verdict.fit, Fit::slow);
  ASSERT_FALSE(verdict.to_make_it_fit.empty());
  EXPECT_EQ(verdict.to_make_it_fit.back().change.substr(0, 6), "model ");
  for (const Remedy& remedy : verdict.to_make_it_fit)
    EXPECT_EQ(remedy.change.find("context"), std::string::npos);
}

TEST(Remedies, ATooLongContextIsCutToWhatTheModelCan) {
  AdviseOptions options;
  options.plan.context = 8192;
  const Verdict verdict = judged(device(32, 32), "gpt2", options);
  ASSERT_EQ(verdict.fit, Fit::unsupported);
  ASSERT_EQ(verdict.to_make_it_fit.size(), 1u);
  EXPECT_EQ(verdict.to_make_it_fit[0].change, "context 1024");
}

}  // namespace
}  // namespace weighin
