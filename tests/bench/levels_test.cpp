// Is a speed that an earlier run saw remembered, and forgotten in the end?
#include "bench/levels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

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

/// In which of these runs, one after the other, the figure was called unstable.
std::vector<int> unstable_runs(const std::vector<double>& gbs) {
  Measurements levels;
  std::vector<int> found;
  for (std::size_t i = 0; i < gbs.size(); ++i) {
    Measurements now = run_at(gbs[i]);
    levels = remember_levels(now, levels);
    widen_by_levels(now, levels);
    if (now.list[0].status == BenchStatus::unstable) found.push_back(static_cast<int>(i) + 1);
  }
  return found;
}

TEST(Levels, RunsThatAgreeStayStable) {
  EXPECT_THAT(unstable_runs({84.0, 84.2, 83.9, 84.1, 84.0, 84.3}), testing::IsEmpty());
}

TEST(Levels, RunsThatVaryByOnePerCentAreSteadyOnceThereAreEnough) {
  std::vector<double> gbs;
  for (int i = 0; i < 10; ++i) gbs.insert(gbs.end(), {99.0, 101.0});
  EXPECT_THAT(unstable_runs(gbs), testing::ElementsAre(2, 3, 4, 5));
}

TEST(Levels, FewRunsAreSaidToBeFew) {
  Measurements now = run_at(84.5);
  widen_by_levels(now, remember_levels(now, remember_levels(run_at(84), {})));
  EXPECT_EQ(now.list[0].status, BenchStatus::unstable);
  EXPECT_EQ(now.list[0].why, "runs here vary by 0.4 %, as far as 2 tell");
  EXPECT_DOUBLE_EQ(now.list[0].bytes_per_second->low, 0.99 * 84.5e9);
}

// What is promised of a figure that is not called unstable, for steady ones and others.
TEST(Levels, WhatIsCalledSteadyVariesByTwoPerCentAtMost) {
  std::mt19937 random(20261129);
  for (const double variation : {0.005, 0.01, 0.02, 0.03, 0.05}) {
    std::normal_distribution<double> rate(84.0, 84.0 * variation);
    int calls = 0, beyond = 0;
    for (int machine = 0; machine < 400; ++machine) {
      std::vector<double> gbs(20);
      for (double& gb : gbs) gb = rate(random);
      const std::vector<int> unstable = unstable_runs(gbs);
      std::vector<double> steady;
      for (int run = 1; run <= 20; ++run) {
        if (std::find(unstable.begin(), unstable.end(), run) == unstable.end())
          steady.push_back(gbs[static_cast<std::size_t>(run) - 1]);
      }
      calls += static_cast<int>(steady.size());
      if (steady.size() < 2) continue;
      const double count = static_cast<double>(steady.size());
      const double mean = std::accumulate(steady.begin(), steady.end(), 0.0) / count;
      double squares = 0.0;
      for (const double gb : steady) squares += (gb - mean) * (gb - mean);
      beyond += std::sqrt(squares / (count - 1.0)) / mean > 0.02 ? 1 : 0;
    }
    EXPECT_LE(beyond, 400 * 15 / 100) << variation;
    // Steady figures are to be called so, and others not.
    const double each = calls / 400.0;
    EXPECT_GE(each, variation <= 0.005 ? 17.0 : variation <= 0.01 ? 13.0 : 1.0) << variation;
    EXPECT_LE(each, variation >= 0.03 ? 2.0 : 20.0) << variation;
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
  for (double share = 0.70; share < 1.40; share += 0.0005) {
    Measurements now = run_at(100.0 * share);
    widen_by_levels(now, remember_levels(now, remember_levels(run_at(100), {})));
    const bool unstable = now.list[0].status == BenchStatus::unstable;
    // Two runs' deviation is their distance over sqrt(2); 7.96 times that may be 2 %.
    const double distance = std::abs(share - 1.0) / ((share + 1.0) / 2.0);
    if (std::abs(distance - 0.00355) < 0.0002) continue;
    EXPECT_EQ(unstable, distance > 0.00355) << share;
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

// A kept range whose middle lay one rounding beside its low end was refused, and all was forgotten.
TEST(Levels, TheMeanIsBetweenTheExtremes) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> slow(3.1, 3.3), fast(14.0, 15.0);
  Measurements levels;
  for (int run = 0; run < 5000; ++run) {
    levels = remember_levels(run_at(run / 7 % 2 == 0 ? fast(random) : slow(random)), levels);
    const Range& range = *levels.list[0].bytes_per_second;
    ASSERT_LE(range.low, range.mid) << run;
    ASSERT_LE(range.mid, range.high) << run;
  }
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
