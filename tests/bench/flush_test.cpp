// Does flushing send the next read to memory, and leave the data alone?
#include "bench/flush.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "bench/clock.hpp"
#include "bench/statistics.hpp"

namespace weighin {
namespace {

std::uint64_t sum_lines(const std::vector<std::uint64_t>& data) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < data.size(); i += 8) sum += data[i];
  return sum;
}

TEST(Flush, DataStaysAsItWas) {
  std::vector<std::uint64_t> data(10'001);
  std::iota(data.begin(), data.end(), 1u);
  flush(reinterpret_cast<const unsigned char*>(data.data()) + 3, 8 * 10'000);  // not on a line
  EXPECT_EQ(std::accumulate(data.begin(), data.end(), std::uint64_t{0}), 10'001u * 10'002u / 2);
}

TEST(Flush, TheNextReadTakesLonger) {
  if (!can_flush()) GTEST_SKIP() << "no instruction for it on this processor";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers hide the difference";
#endif
  const std::vector<std::uint64_t> data(16 * 1024, 1);  // 128 KiB: within any second-level cache
  std::vector<double> warm, cold;
  std::uint64_t sum = 0;
  for (int i = 0; i < 101; ++i) {
    sum += sum_lines(data);
    double start = clock_seconds();
    sum += sum_lines(data);
    warm.push_back(clock_seconds() - start);
    flush(reinterpret_cast<const unsigned char*>(data.data()), 8 * 16 * 1024);
    start = clock_seconds();
    sum += sum_lines(data);
    cold.push_back(clock_seconds() - start);
  }
  EXPECT_EQ(sum, 101u * 3u * 2048u);
  EXPECT_GT(median(cold), 1.2 * median(warm));
}

}  // namespace
}  // namespace weighin
