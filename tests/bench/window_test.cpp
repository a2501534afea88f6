// Does a busy neighbour change the mean and not the capability?
#include "bench/window.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

/// Slices of `length` from `start`, and a pause of `pause` inside every `each`-th of them.
std::vector<Slice> run(double start, double length, int count, int each = 0, double pause = 0.0) {
  std::vector<Slice> slices;
  double now = start;
  for (int i = 0; i < count; ++i) {
    const double end = now + length + (each > 0 && i % each == each - 1 ? pause : 0.0);
    slices.push_back({now, end});
    now = end;
  }
  return slices;
}

TEST(Window, QuietThreadsAddUp) {
  const Window window = judge_window({run(0, 50e-6, 400), run(10e-6, 100e-6, 200)});
  EXPECT_NEAR(window.per_second, 20'000 + 10'000, 1);
  EXPECT_NEAR(window.mean_per_second, 30'000, 1);
  EXPECT_TRUE(window.together);
  EXPECT_GT(window.samples, 590);
}

TEST(Window, LostTimeIsSeenInTheMeanAlone) {
  // One thread loses 4 ms after every 40 slices.
  const Window window = judge_window({run(0, 50e-6, 800), run(0, 50e-6, 400, 40, 4e-3)});
  EXPECT_NEAR(window.per_second, 40'000, 400);
  EXPECT_LT(window.mean_per_second, 30'000);
  EXPECT_TRUE(window.together);
  EXPECT_LT(window.samples, 1000) << "slices that ran alone must not count";
}

TEST(Window, RatesOfLonelySlicesDoNotAddUp) {
  // Alone each thread is twice as fast: they share one bus.
  std::vector<Slice> first = run(0, 50e-6, 100), second = run(0, 50e-6, 100);
  const std::vector<Slice> alone = run(0.2, 25e-6, 400);
  first.insert(first.end(), alone.begin(), alone.end());
  EXPECT_NEAR(judge_window({first, second}).per_second, 40'000, 400);
}

TEST(Window, ThreadsThatNeverMetAreSaid) {
  const Window window = judge_window({run(0, 50e-6, 100), run(1, 50e-6, 100)});
  EXPECT_FALSE(window.together);
  EXPECT_NEAR(window.per_second, 40'000, 1);
  EXPECT_EQ(window.samples, 200);
}

TEST(Window, WaitingBeforeTheFirstSliceIsLostTime) {
  // Ten slices of 50 µs without a pause, but the thread was called 2 ms before the first.
  const Window window = judge_window({run(2e-3, 50e-6, 10)}, {2.5e-3});
  EXPECT_NEAR(window.per_second, 20'000, 1);
  EXPECT_NEAR(window.mean_per_second, 4'000, 1);
}

TEST(Window, OddInput) {
  EXPECT_EQ(judge_window({}).per_second, 0.0);
  EXPECT_EQ(judge_window({{}}).per_second, 0.0);
  EXPECT_FALSE(judge_window({{}, {}}).together);
  EXPECT_EQ(judge_window({{{1, 1}, {1, 1}}}).per_second, 0.0);  // a clock that did not move
}

}  // namespace
}  // namespace weighin
