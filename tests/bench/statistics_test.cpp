// Are quantiles those that other programs give?
#include "bench/statistics.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Statistics, QuantilesAsNumpyAndR) {
  const std::vector<double> samples{7, 1, 3, 10};  // numpy.quantile([7, 1, 3, 10], [.1, .5, .9])
  EXPECT_NEAR(quantile(samples, 0.1), 1.6, 1e-12);
  EXPECT_NEAR(quantile(samples, 0.5), 5.0, 1e-12);
  EXPECT_NEAR(quantile(samples, 0.9), 9.1, 1e-12);
  EXPECT_EQ(quantile(samples, 0.0), 1.0);
  EXPECT_EQ(quantile(samples, 1.0), 10.0);
}

TEST(Statistics, FewSamples) {
  EXPECT_EQ(median({}), 0.0);
  EXPECT_EQ(median({4}), 4.0);
  EXPECT_EQ(median({4, 8}), 6.0);
  EXPECT_EQ(spread({}), 0.0);
  EXPECT_EQ(spread({5, 5, 5}), 0.0);
  EXPECT_EQ(spread({-1, 0, 1}), 0.0);  // no median to compare with
}

TEST(Statistics, SpreadIsAShareOfTheMiddle) {
  EXPECT_NEAR(spread({8, 9, 10, 11, 12}), (11.6 - 8.4) / 10, 1e-12);
}

}  // namespace
}  // namespace weighin
