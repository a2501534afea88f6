// Are the KV cache and the recurrent state those that the engine allocates?
#include <cmath>

#include "estimate/footprint.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(KvCache, EqualsTheEngineForOneSequence) {
  std::size_t checked = 0;
  for (const auto& row : test::truth("llamacpp_memory.csv")) {
    if (row.at(19) != "ok" || row[14] != "1") continue;
    Plan plan;
    plan.context = std::stoll(row[5]);
    plan.kv_type = row[7];
    plan.ubatch = std::stoll(row[13]);
    const auto cache = kv_cache(test::shape(row[0]), plan);
    ASSERT_TRUE(cache) << row[0];
    const double truth = std::stod(row[9]);
    EXPECT_LE(std::abs(static_cast<double>(cache->total_bytes) - truth), 0.0002 * truth)
        << row[0] << " " << row[5] << " " << row[7];
    ++checked;
  }
  EXPECT_GT(checked, 1500u);
}

TEST(KvCache, StateEqualsTheEngine) {
  for (const auto& row : test::truth("llamacpp_memory.csv")) {
    if (row.at(19) != "ok" || row[14] != "1") continue;
    const auto state = recurrent_state_bytes(test::shape(row[0]), 1);
    ASSERT_TRUE(state);
    const double truth = std::stod(row[10]);
    EXPECT_LE(std::abs(static_cast<double>(*state) - truth), 0.03 * truth) << row[0];
  }
}

TEST(KvCache, AnEncoderHasNoneAndAnUnknownTypeIsRefused) {
  Plan plan;
  EXPECT_EQ(kv_cache(test::shape("distilbert"), plan)->total_bytes, 0);
  plan.kv_type = "q3_z";
  EXPECT_FALSE(kv_cache(test::shape("gemma-2b"), plan));
}

TEST(KvCache, SizesThatOverflowAreNothing) {
  Plan plan;
  plan.context = std::int64_t{1} << 62;
  plan.kv_type = "f32";
  Shape shape = test::shape("gemma-2b");
  shape.kv_heads = shape.heads = 1 << 20;
  EXPECT_FALSE(kv_cache(shape, plan));
}

TEST(KvCache, OutputsAreLogits) {
  Plan plan;
  EXPECT_EQ(output_buffer_bytes(test::shape("mistral-7b"), plan), 32768 * 4);
  plan.parallel = 4;
  EXPECT_EQ(output_buffer_bytes(test::shape("mistral-7b"), plan), 4 * 32768 * 4);
}

}  // namespace
}  // namespace weighin
