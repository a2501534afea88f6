// Do the windows of a run come to a figure, or to the reason why there is none?
#include "bench/work.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/kernel_table.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using testing::HasSubstr;

Window window_of(double per_second, double mean_per_second) {
  Window window;
  window.per_second = per_second;
  window.mean_per_second = mean_per_second;
  window.samples = 10;
  window.rates = {per_second};
  return window;
}

Work work_of(bool operations) {
  Work work;
  work.label.name = "made up";
  work.amount = 2.0;
  work.operations = operations;
  return work;
}

TEST(Conclude, OfOperationsTheMiddleWindowIsTheFigure) {
  const Entry entry{4, {window_of(100, 90), window_of(102, 51), window_of(101, 101)}, true};
  const Measurement m = conclude(work_of(true), entry);
  EXPECT_EQ(m.status, BenchStatus::ok) << m.why;
  ASSERT_TRUE(m.operations_per_second);
  EXPECT_DOUBLE_EQ(m.operations_per_second->low, 200.0);
  EXPECT_DOUBLE_EQ(m.operations_per_second->mid, 202.0);
  EXPECT_DOUBLE_EQ(m.operations_per_second->high, 204.0);
  EXPECT_FALSE(m.bytes_per_second);
  EXPECT_DOUBLE_EQ(m.share_now, 0.9);
  EXPECT_EQ(m.samples, 30);
  EXPECT_EQ(m.threads, 4);
}

TEST(Conclude, OfMemoryTheBestWindowIsTheFigure) {
  Work work = work_of(false);
  work.from_memory = true;
  const auto concluded = [&](std::initializer_list<double> rates) {
    Entry entry{1, {}, true};
    for (const double rate : rates) entry.windows.push_back(window_of(rate, rate));
    return conclude(work, entry);
  };
  // A neighbour disturbed one window of each third: the other one speaks.
  const Measurement calm = concluded({100, 70, 60, 101, 101, 65});
  EXPECT_EQ(calm.status, BenchStatus::ok) << calm.why;
  EXPECT_DOUBLE_EQ(calm.bytes_per_second->mid, 202.0);
  EXPECT_DOUBLE_EQ(calm.bytes_per_second->low, 200.0);
  // A whole third at another level.
  const Measurement level = concluded({100, 101, 101, 100, 70, 71});
  EXPECT_EQ(level.status, BenchStatus::unstable);
  EXPECT_DOUBLE_EQ(level.bytes_per_second->low, 140.0);
  // A best that no other window came near.
  const Measurement lucky = concluded({100, 108, 100, 101, 100, 101});
  EXPECT_EQ(lucky.status, BenchStatus::unstable);
  EXPECT_THAT(lucky.why, HasSubstr("off by"));
}

TEST(Conclude, AMiddleThatItsWindowsLeaveOpenIsUnstable) {
  Entry entry{1, {}, true};
  for (const double rate : {100.0, 108.0, 101.0, 107.0, 100.0, 108.0})
    entry.windows.push_back(window_of(rate, rate));
  EXPECT_EQ(conclude(work_of(true), entry).status, BenchStatus::unstable);
  for (Window& window : entry.windows) window = window_of(100 + window.per_second / 100, 100);
  EXPECT_EQ(conclude(work_of(true), entry).status, BenchStatus::ok);
}

TEST(Conclude, WindowsInWhichThreadsNeverMetAreLeftOut) {
  Entry entry{2, {}, true};
  for (const double rate : {100.0, 190.0, 101.0, 100.0, 101.0, 102.0})
    entry.windows.push_back(window_of(rate, rate));
  entry.windows[1].together = false;
  const Measurement m = conclude(work_of(true), entry);
  EXPECT_EQ(m.status, BenchStatus::ok) << m.why;
  EXPECT_DOUBLE_EQ(m.operations_per_second->high, 204.0);
}

TEST(Conclude, WindowsFarApartAreUnstable) {
  const Entry entry{1, {window_of(100, 100), window_of(120, 120), window_of(100, 100)}, true};
  const Measurement m = conclude(work_of(false), entry);
  EXPECT_EQ(m.status, BenchStatus::unstable);
  EXPECT_THAT(m.why, HasSubstr("20 % apart"));
}

TEST(Conclude, ThreadsThatNeverMetGiveALowEnd) {
  Entry entry{2, {window_of(100, 30), window_of(100, 25), window_of(100, 40)}, true};
  for (Window& window : entry.windows) window.together = false;
  const Measurement m = conclude(work_of(false), entry);
  EXPECT_EQ(m.status, BenchStatus::unstable);
  EXPECT_DOUBLE_EQ(m.bytes_per_second->low, 50.0);
}

TEST(Conclude, AWrongResultIsNoFigure) {
  const Measurement wrong = conclude(work_of(false), {1, {window_of(100, 100)}, false});
  EXPECT_EQ(wrong.status, BenchStatus::error);
  EXPECT_FALSE(wrong.bytes_per_second);
  EXPECT_EQ(conclude(work_of(false), {1, {}, true}).why, "no time was left");
}

TEST(BarrierWork, NeedsTwoThreads) {
  Pool one({-1});
  EXPECT_FALSE(barrier_work(one).run);
  EXPECT_NE(barrier_work(one).label.why, "");
  Pool three({-1, -1, -1});
  EXPECT_EQ(barrier_work(three).threads, (std::vector<std::int64_t>{2, 3}));
}

TEST(BlockWork, CountsTheBytesOfItsWeights) {
  Pool pool({-1, -1});
  Region region(4 * kMiB, 4 * kMiB);
  BlockShape shape;
  shape.embedding = 512;
  shape.heads = 8;
  shape.kv_heads = 4;
  shape.feed_forward = 512;
  shape.format = "Q8_0";
  Work work = block_work(pool, region, shape, "base", 0,
                         {.bytes = 1, .beyond_caches = true, .why = ""}, false);
  ASSERT_TRUE(work.run) << work.label.why;
  EXPECT_EQ(work.threads, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(work.amount, 34.0 / 32.0 * (2 * 512 * 512 + 2 * 256 * 512 + 3 * 512 * 512));
  work.fill();
  const Runner::Outcome outcome = work.run(2, 0.001);
  const Measurement m = conclude(work, {2, {outcome.window}, outcome.checked});
  EXPECT_TRUE(m.checked);
  EXPECT_TRUE(m.bytes_per_second);
  shape.format = "none";
  EXPECT_FALSE(block_work(pool, region, shape, "base", 0, {}, false).run);
}

TEST(CacheLevels, EachThreadHasItsPart) {
  Cpu cpu;
  cpu.caches = {{3, "unified", 32 * kMiB, 1},
                {1, "instruction", 32 * kKiB, 8},
                {1, "data", 48 * kKiB, 8},
                {2, "unified", 2 * kMiB, 8}};
  const std::vector<CacheLevel> levels = cache_levels(cpu, 8);
  ASSERT_EQ(levels.size(), 3u);
  EXPECT_EQ(levels[0].bytes, 48 * kKiB);
  EXPECT_EQ(levels[1].bytes, 2 * kMiB);
  EXPECT_EQ(levels[2].level, 3);
  EXPECT_EQ(levels[2].bytes, 4 * kMiB);
  EXPECT_TRUE(cache_levels({}, 8).empty());
}

TEST(CacheWork, IsTimedWhereTheLevelCanBeToldFromTheOneBelow) {
  Pool pool({-1, -1});
  Region region(16 * kMiB, kLeastDataBytes);
  Runner runner(pool, region, false);
  for (const Kernel* kernel : kernels::kernel_table()) {
    if (std::string_view(kernel->isa) != "base" ||
        (kernel->kind != kernels::KernelKind::cache_read &&
         kernel->kind != kernels::KernelKind::memory_copy))
      continue;
    for (const Bytes bytes : {32 * kKiB, kMiB}) {
      const Work work = cache_work(runner, *kernel, {1, bytes}, 0, 2);
      ASSERT_TRUE(work.run) << work.label.why;
      EXPECT_LE(work.label.working_set_bytes, bytes) << "two threads, half of the level each";
      EXPECT_GE(work.label.working_set_bytes, bytes / 2);
      work.fill();
      for (const std::int64_t threads : work.threads) {
        const Runner::Outcome outcome = work.run(threads, 0.001);
        EXPECT_TRUE(outcome.checked) << work.label.name;
        EXPECT_GT(outcome.window.per_second, 0.0);
      }
    }
    EXPECT_FALSE(cache_work(runner, *kernel, {2, kMiB}, 512 * kKiB, 2).run);
    EXPECT_THAT(cache_work(runner, *kernel, {2, kMiB}, 512 * kKiB, 2).label.why,
                HasSubstr("hardly larger"));
    EXPECT_THAT(cache_work(runner, *kernel, {3, kGiB}, 8 * kMiB, 2).label.why, HasSubstr("memory"));
  }
}

TEST(ThreadCounts, OneAndAllAndDoubled) {
  EXPECT_EQ(thread_counts(1, false), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(thread_counts(6, false), (std::vector<std::int64_t>{1, 6}));
  EXPECT_EQ(thread_counts(6, true), (std::vector<std::int64_t>{1, 2, 4, 6}));
}

}  // namespace
}  // namespace weighin
