// Is the fastest count found, and is a core left free where that can be?
#include "bench/threads.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

Measurement figure(const char* name, std::int64_t threads, double rate) {
  Measurement m;
  m.name = name;
  m.threads = threads;
  m.bytes_per_second = Range{rate, rate, rate};
  return m;
}

TEST(AdviseThreads, BlocksTellBeforeKernels) {
  const ThreadAdvice advice =
      advise_threads({figure("memory read", 8, 99), figure("block dense", 2, 10),
                      figure("block dense", 4, 20), figure("block dense", 8, 12)},
                     8);
  EXPECT_EQ(advice.best, 4);
  EXPECT_EQ(advice.safe, 4);  // four cores are free already
}

TEST(AdviseThreads, OneCoreIsLeftFree) {
  const ThreadAdvice advice =
      advise_threads({figure("decode q4_0", 1, 10), figure("decode q4_0", 8, 50)}, 8);
  EXPECT_EQ(advice.best, 8);
  EXPECT_EQ(advice.safe, 7);
  EXPECT_NE(advice.why, "");
}

TEST(AdviseThreads, TwoCoresHaveNoneToSpare) {
  const ThreadAdvice advice = advise_threads({figure("block dense", 2, 10)}, 2);
  EXPECT_EQ(advice.best, 2);
  EXPECT_EQ(advice.safe, 2);
}

TEST(AdviseThreads, AsGoodWithFewerIsBetter) {
  EXPECT_EQ(advise_threads({figure("memory read", 4, 100), figure("memory read", 8, 101)}, 8).best,
            4);
}

TEST(AdviseThreads, NothingMeasuredIsNotKnown) {
  const ThreadAdvice advice = advise_threads({}, 8);
  EXPECT_EQ(advice.best, 0);
  EXPECT_EQ(advice.safe, 0);
  EXPECT_NE(advice.why, "");
}

}  // namespace
}  // namespace weighin
