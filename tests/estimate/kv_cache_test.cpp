// Are the KV cache and the recurrent state those that the engine allocates?
#include <cmath>

#include "estimate/footprint.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(KvCache, AndStateEqualTheEngines) {
  std::size_t checked = 0;
  for (const test::Load& load : test::loads()) {
    const Shape shape = test::shape(load.model);
    const auto cache = kv_cache(shape, load.plan);
    const auto state = recurrent_state_bytes(shape, load.plan.parallel);
    ASSERT_TRUE(cache && state) << load.model;
    // Some states of the truth were printed in MiB with two digits.
    const double slack = *state > 0 ? 0.005 * 1024 * 1024 + 1 : 0;
    EXPECT_LE(std::abs(static_cast<double>(cache->total_bytes + *state - load.kv_and_state)), slack)
        << load.model << " " << load.plan.context << " " << load.plan.kv_type;
    ++checked;
  }
  EXPECT_GT(checked, 3500u);
}

TEST(KvCache, AHeadThatIsNoWholeBlocksIsRefused) {
  Plan plan;
  plan.kv_type = "q8_0";  // Phi-2 has heads of 80
  EXPECT_FALSE(kv_cache(test::shape("phi-2"), plan));
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
