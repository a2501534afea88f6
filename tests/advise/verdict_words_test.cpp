// Do words and exit codes say the same?
#include <gtest/gtest.h>

#include <set>

#include "weighin/advise.hpp"

namespace weighin {
namespace {

constexpr Fit kFits[] = {Fit::fits,    Fit::tight,       Fit::slow,
                         Fit::too_big, Fit::unsupported, Fit::not_downloadable,
                         Fit::unknown};

TEST(VerdictWords, AreThoseOfTheContract) {
  std::set<std::string> words;
  for (const Fit fit : kFits) words.insert(to_text(fit));
  EXPECT_EQ(words, (std::set<std::string>{"fits", "tight", "slow", "too-big", "unsupported",
                                          "not-downloadable", "unknown"}));
  EXPECT_STREQ(to_text(Decision::allow_degraded), "allow_degraded");
}

TEST(VerdictWords, ExitCodes) {
  Demands none, speed, first;
  speed.min_decode_tokens_per_second = 8;
  first.max_first_token_seconds = 2;
  Verdict verdict;
  const auto code = [&](Fit fit, const Demands& demands) {
    verdict.fit = fit;
    return exit_code(verdict, demands);
  };
  EXPECT_EQ(code(Fit::fits, none), 0);
  EXPECT_EQ(code(Fit::tight, none), 0);
  EXPECT_EQ(code(Fit::slow, none), 0) << "slow is a no only where a speed was asked for";
  EXPECT_EQ(code(Fit::slow, speed), 1);
  EXPECT_EQ(code(Fit::slow, first), 1);
  EXPECT_EQ(code(Fit::too_big, none), 1);
  EXPECT_EQ(code(Fit::unsupported, none), 1);
  EXPECT_EQ(code(Fit::not_downloadable, none), 1);
  EXPECT_EQ(code(Fit::unknown, speed), 2);
  EXPECT_EQ(exit_code(Decision::allow), 0);
  EXPECT_EQ(exit_code(Decision::allow_degraded), 0);
  EXPECT_EQ(exit_code(Decision::fallback), 0);
  EXPECT_EQ(exit_code(Decision::deny), 1);
  EXPECT_EQ(exit_code(Decision::undecided), 2);
}

}  // namespace
}  // namespace weighin
