// Is every quick footprint the estimate's own?
#include "estimate/footprints.hpp"

#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Footprints, EqualTheEstimateInEveryByte) {
  int count = 0;
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape) continue;
    for (int variant = 0; variant < 3; ++variant) {
      Plan plan;
      if (variant == 1) {
        plan.parallel = 4;
        plan.kv_type = "q8_0";
        plan.lora_rank = 8;
        plan.repack = "avx512";
      }
      if (variant == 2) {
        plan.flash_attn = "off";
        plan.outputs = -1;
        plan.ubatch = 128;
      }
      ModelSpec open = model;
      open.context_max = Known<std::int64_t>::unknown(Status::skipped, "longer ones are asked too");
      auto all = Footprints::of(open, plan);
      for (std::size_t format = static_cast<std::size_t>(variant); format < mixes().size();
           format += 9) {
        for (const std::int64_t context : {64, 1000, 2048, 4096, 30000, 131072}) {
          plan.format = std::string(mixes()[format].name);
          plan.context = context;
          const auto whole = estimate(open, plan);
          if (!all) {
            EXPECT_FALSE(whole.ok()) << model.id;
            continue;
          }
          ASSERT_TRUE(whole.ok()) << model.id << " " << to_text(whole.error());
          const auto quick = all->total_bytes(format, context);
          ASSERT_TRUE(quick) << model.id;
          EXPECT_EQ(*quick, whole->memory.total_bytes)
              << model.id << " " << plan.format << " at " << context << " variant " << variant;
          ++count;
        }
      }
    }
  }
  EXPECT_GT(count, 8000);
}

TEST(Footprints, OfWhatIsNotKnownIsNothing) {
  EXPECT_FALSE(Footprints::of(test::model("gpt-4"), Plan{}));
  auto all = Footprints::of(test::model("gemma-2b"), Plan{});
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->total_bytes(all->format_count(), 4096));
}

}  // namespace
}  // namespace weighin
