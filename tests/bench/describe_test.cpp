// Has every figure its plain words?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/local_profile.hpp"

namespace weighin {
namespace {

TEST(Describe, EveryFigureOfALongRunHasWords) {
  DeviceProfile profile = test::local_profile();
  profile.live = false;  // the list alone
  BenchOptions options;
  options.seconds = 60.0;
  const Measurements all = bench(profile, options);
  ASSERT_GT(all.list.size(), 20u);
  for (const Measurement& each : all.list)
    EXPECT_THAT(describe(each), testing::Not(testing::HasSubstr("nothing is said"))) << each.name;
}

TEST(Describe, TheLongerNameWins) {
  Measurement one, many, unknown;
  one.name = "attention f16";
  many.name = "attention prefill f16";
  unknown.name = "something else";
  EXPECT_NE(describe(one), describe(many));
  EXPECT_THAT(describe(unknown), testing::HasSubstr("nothing is said"));
}

}  // namespace
}  // namespace weighin
