// Does RWKV-7 have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

TEST(Family_rwkv, HasItsTensorsAndItsCount) {
  test::expect_family("rwkv7-world-1.5b", {"time_mix_w1.weight", "time_mix_receptance.weight",
                                           "channel_mix_value.weight", "output.weight"});
}

TEST(Family_rwkv, ItsStateDoesNotGrowWithTheContext) {
  Plan plan;
  plan.context = 4096;
  const auto near = estimate(test::model("rwkv7-world-1.5b"), plan);
  plan.context = 131072;
  const auto far = estimate(test::model("rwkv7-world-1.5b"), plan);
  ASSERT_TRUE(near.ok() && far.ok());
  EXPECT_EQ(near->memory.kv_cache_bytes, 0);
  EXPECT_EQ(near->memory.state_bytes, 12976128) << "as the engine says";
  EXPECT_EQ(near->memory.total_bytes, far->memory.total_bytes);
}

TEST(Family_rwkv, WithoutItsRanksThereIsNoList) {
  Shape shape = test::shape("rwkv7-world-1.5b");
  shape.time_mix.reset();
  EXPECT_FALSE(tensors_of(shape));
}

}  // namespace
}  // namespace weighin
