// Do the threads run each job once, on their CPU, and leave the caller's mask alone?
#include "bench/pool.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <set>

#include "bench/placement.hpp"

namespace weighin {
namespace {

TEST(Pool, EveryThreadRunsTheJobOnce) {
  Pool pool({-1, -1, -1});
  ASSERT_EQ(pool.size(), 3);
  std::vector<std::int64_t> done(3, 0);  // each thread has an element of its own
  for (int round = 0; round < 200; ++round) {
    pool.run(3, [&](std::int64_t index) { ++done[static_cast<std::size_t>(index)]; });
  }
  EXPECT_EQ(done, (std::vector<std::int64_t>{200, 200, 200}));
  pool.run(2, [&](std::int64_t index) { ++done[static_cast<std::size_t>(index)]; });
  pool.run(99, [&](std::int64_t index) { ++done[static_cast<std::size_t>(index)]; });
  EXPECT_EQ(done, (std::vector<std::int64_t>{202, 202, 201}));
}

TEST(Pool, ThreadsStayOnTheirCpusAndTheCallerWhereItWas) {
  const std::vector<int> before = allowed_cpus();
  ASSERT_FALSE(before.empty());
  {
    Pool pool(before);
    ASSERT_EQ(pool.size(), static_cast<std::int64_t>(before.size()));
    EXPECT_EQ(pool.pinned(), pool.size());
    std::vector<int> cpus(before.size(), -1);
    pool.run(pool.size(),
             [&](std::int64_t index) { cpus[static_cast<std::size_t>(index)] = sched_getcpu(); });
    EXPECT_EQ(cpus, before);
  }
  EXPECT_EQ(allowed_cpus(), before);
}

TEST(Pool, ACpuThatDoesNotExistIsNoFailure) {
  Pool pool({CPU_SETSIZE - 1});
  EXPECT_EQ(pool.size(), 1);
  EXPECT_EQ(pool.pinned(), 0);
  std::atomic<int> ran = 0;
  pool.run(1, [&](std::int64_t) { ++ran; });
  EXPECT_EQ(ran, 1);
}

TEST(Pool, EmptyAndUnused) {
  Pool none({});
  EXPECT_EQ(none.size(), 0);
  none.run(4, [](std::int64_t) { FAIL() << "there is no thread"; });
  Pool unused({-1, -1});
}

}  // namespace
}  // namespace weighin
