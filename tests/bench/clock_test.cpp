// Does the clock go on, in small steps?
#include "bench/clock.hpp"

#include <gtest/gtest.h>
#include <time.h>

namespace weighin {
namespace {

TEST(Clock, GoesOnAndCountsSeconds) {
  double before = clock_seconds();
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    const double now = clock_seconds();
    ASSERT_GE(now, before);
    moved += now > before ? 1 : 0;
    before = now;
  }
  EXPECT_GT(moved, 0);
  const timespec pause{0, 20'000'000};
  nanosleep(&pause, nullptr);
  EXPECT_GE(clock_seconds() - before, 0.019);
}

}  // namespace
}  // namespace weighin
