// Is the compute buffer near the one that the engine reserves?
#include <algorithm>
#include <cmath>
#include <map>

#include "estimate/footprint.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(ComputeBuffer, IsNearTheEngines) {
  std::map<std::string, std::vector<double>> errors;
  std::vector<double> all;
  for (const auto& row : test::truth("llamacpp_memory.csv")) {
    if (row.at(19) != "ok") continue;
    Plan plan;
    plan.format = row[2];
    plan.context = std::stoll(row[5]);
    plan.flash_attn = row[6];
    plan.kv_type = row[7];
    plan.ubatch = std::stoll(row[13]);
    plan.parallel = std::stoll(row[14]);
    plan.outputs = row[16] == "0" ? -1 : std::stoll(row[16]);
    const auto buffer = compute_buffer(test::shape(row[0]), plan);
    ASSERT_TRUE(buffer) << row[0];
    const double truth = std::stod(row[11]);
    const double error = std::abs(static_cast<double>(buffer->bytes) - truth) / truth;
    errors[row[0]].push_back(error);
    all.push_back(error);
  }
  std::sort(all.begin(), all.end());
  RecordProperty("median", std::to_string(all[all.size() / 2]));
  RecordProperty("p90", std::to_string(all[all.size() * 9 / 10]));
  EXPECT_LT(all[all.size() / 2], 0.01);
  EXPECT_LT(all[all.size() * 9 / 10], 0.10);
}

TEST(ComputeBuffer, GrowsWithTheOutputsThatAreKept) {
  const Shape gemma = test::shape("gemma-3-1b");
  Plan server, benchmark;
  benchmark.outputs = -1;
  EXPECT_GT(compute_buffer(gemma, benchmark)->bytes, 4 * compute_buffer(gemma, server)->bytes);
}

}  // namespace
}  // namespace weighin
