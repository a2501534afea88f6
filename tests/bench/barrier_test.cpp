// Do all threads leave the barrier together, and is its cost a sensible figure?
#include "bench/barrier.hpp"

#include <gtest/gtest.h>

#include <array>

namespace weighin {
namespace {

TEST(SpinBarrier, NobodyIsARoundAhead) {
  Pool pool({-1, -1, -1});
  ASSERT_EQ(pool.size(), 3);
  SpinBarrier barrier(3);
  std::array<std::atomic<int>, 3> rounds{};
  std::atomic<int> faults{0};
  pool.run(3, [&](std::int64_t index) {
    for (int round = 1; round <= 200; ++round) {
      rounds[static_cast<std::size_t>(index)] = round;
      barrier.wait();
      for (const auto& other : rounds) {
        if (other != round) ++faults;
      }
      barrier.wait();
    }
  });
  EXPECT_EQ(faults, 0);
}

TEST(SpinBarrier, OneThreadNeverWaits) {
  SpinBarrier barrier(1);
  for (int i = 0; i < 3; ++i) barrier.wait();
}

TEST(TimeBarriers, GivesRates) {
  Pool pool({-1, -1});
  ASSERT_EQ(pool.size(), 2);
  const Window window = time_barriers(pool, 2, 0.005);
  EXPECT_GT(window.per_second, 0.0);
  EXPECT_GT(window.mean_per_second, 0.0);
  EXPECT_GE(window.samples, 4);
  EXPECT_LT(window.per_second * static_cast<double>(kBarriersPerSlice), 1e9);  // 1 ns is no barrier
}

}  // namespace
}  // namespace weighin
