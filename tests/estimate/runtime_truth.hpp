// How far are a runtime's estimates from a table of its truth?
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "estimate/shapes.hpp"
#include "support/support.hpp"

namespace weighin::test {


inline double median(std::vector<double> errors) {
  EXPECT_FALSE(errors.empty());
  if (errors.empty()) return 1e9;
  std::sort(errors.begin(), errors.end());
  return errors[errors.size() / 2];
}

/// Of `ours` from `truth`, in per cent.
inline double error_of(double ours, double truth) { return 100.0 * std::abs(ours - truth) / truth; }

/// The estimate of a catalogue's model at any context.
inline Result<Estimate> made(const std::string& name, const Plan& plan) {
  ModelSpec spec = model(name);
  spec.context_max = Known<std::int64_t>::unknown(Status::skipped, "any is asked");
  return estimate(spec, plan);
}

/// What holds of every estimate: the parts add up, and the range holds the total.
inline void expect_whole(const Estimate& estimate) {
  Bytes sum = 0;
  for (const Part& part : estimate.parts) {
    EXPECT_GE(part.bytes, 0) << part.what;
    sum += part.bytes;
  }
  EXPECT_EQ(sum, estimate.memory.total_bytes) << estimate.model.id << " " << estimate.plan.format;
  EXPECT_LE(estimate.total_bytes_range.low, static_cast<double>(estimate.memory.total_bytes));
  EXPECT_GE(estimate.total_bytes_range.high, static_cast<double>(estimate.memory.total_bytes));
  EXPECT_EQ(estimate.gpu_bytes + estimate.host_bytes, estimate.memory.total_bytes);
  const Result<Explanation> explanation = explain(estimate);
  ASSERT_TRUE(explanation);
  Bytes download = 0;
  for (const Part& part : explanation->download) download += part.bytes;
  EXPECT_EQ(download, estimate.download_bytes.value_or(-1)) << estimate.model.id;
}

}  // namespace weighin::test
