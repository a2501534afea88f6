// Is a speed that an earlier run saw remembered, and forgotten in the end?
#include "bench/levels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin {
namespace {

Measurements run_at(double gb, const char* name = "memory read") {
  Measurement made;
  made.name = name;
  made.threads = 2;
  made.bytes_per_second = Range{0.99e9 * gb, 1e9 * gb, 1.01e9 * gb};
  made.status = BenchStatus::ok;
  return {{made}, {}};
}

TEST(Levels, OneRunAloneChangesNothing) {
  Measurements now = run_at(84);
  widen_by_levels(now, remember_levels(now, {}));
  EXPECT_EQ(now.list[0].status, BenchStatus::ok);
  EXPECT_DOUBLE_EQ(now.list[0].bytes_per_second->low, 0.99 * 84e9);
}

TEST(Levels, RunsThatAgreeStayStable) {
  Measurements levels;
  for (const double gb : {84.0, 83.0, 85.5, 83.5}) {
    Measurements now = run_at(gb);
    levels = remember_levels(now, levels);
    widen_by_levels(now, levels);
    EXPECT_EQ(now.list[0].status, BenchStatus::ok);
  }
}

TEST(Levels, RunsThatVaryAreUnstableThoughTheyLieClose) {
  Measurements levels, now;
  int unstable = 0;
  for (const double gb : {100.0, 104.0, 99.0, 105.0, 100.0, 104.0}) {
    now = run_at(gb);
    levels = remember_levels(now, levels);
    widen_by_levels(now, levels);
    unstable += now.list[0].status == BenchStatus::unstable ? 1 : 0;
  }
  EXPECT_EQ(unstable, 5) << "one run says nothing of how runs vary";
  EXPECT_THAT(now.list[0].why, testing::HasSubstr("runs here vary by 2."));
  EXPECT_EQ(levels.list[0].samples, 6);
  EXPECT_NEAR(levels.list[0].bytes_per_second->mid, 102e9, 1e3);
  // Population's deviation over the mean: sqrt((4 + 4 + 9 + 9 + 4 + 4) / 6) / 102.
  EXPECT_NEAR(levels.list[0].spread, 0.02334, 1e-4);
}

TEST(Levels, NoDistanceOfTwoRunsIsOverlooked) {
  for (double share = 0.70; share < 1.40; share += 0.005) {
    Measurements now = run_at(100.0 * share);
    widen_by_levels(now, remember_levels(now, remember_levels(run_at(100), {})));
    const bool unstable = now.list[0].status == BenchStatus::unstable;
    EXPECT_EQ(unstable, share < 0.972 || share > 1.029) << share;  // sqrt(2) times 2 %
  }
}

TEST(Levels, AFileThatCountsBackwardsIsNoMatter) {
  Measurements kept = run_at(84);
  kept.list[0].samples = -1;  // whatever lies in the cache folder
  const Measurements levels = remember_levels(run_at(84), kept);
  EXPECT_EQ(levels.list[0].samples, 1);
  EXPECT_DOUBLE_EQ(levels.list[0].bytes_per_second->mid, 84e9);
}

TEST(Levels, AnotherLevelIsUnstableAndInTheRange) {
  Measurements now = run_at(54);
  widen_by_levels(now, remember_levels(now, remember_levels(run_at(84), {})));
  EXPECT_EQ(now.list[0].status, BenchStatus::unstable);
  EXPECT_THAT(now.list[0].why, testing::HasSubstr("apart"));
  EXPECT_DOUBLE_EQ(now.list[0].bytes_per_second->mid, 54e9);
  EXPECT_NEAR(now.list[0].bytes_per_second->high, 81e9, 1e6);
  EXPECT_LE(now.list[0].bytes_per_second->low, 54e9);
}

TEST(Levels, AreForgottenAfterSomeRuns) {
  Measurements levels = remember_levels(run_at(84), {});
  int runs = 0;
  for (bool unstable = true; unstable && runs < 100; ++runs) {
    Measurements now = run_at(54);
    levels = remember_levels(now, levels);
    widen_by_levels(now, levels);
    unstable = now.list[0].status == BenchStatus::unstable;
  }
  EXPECT_GT(runs, 5);
  EXPECT_LT(runs, 30);
}

TEST(Levels, OtherFiguresAndFailuresDoNotCount) {
  Measurements other = run_at(54, "decode q4_0"), failed = run_at(54);
  failed.list[0].status = BenchStatus::error;
  const Measurements levels = remember_levels(failed, remember_levels(other, {}));
  ASSERT_EQ(levels.list.size(), 1u) << "what was not measured now is kept";
  Measurements now = run_at(84);
  widen_by_levels(now, levels);
  EXPECT_EQ(now.list[0].status, BenchStatus::ok);
}

}  // namespace
}  // namespace weighin
