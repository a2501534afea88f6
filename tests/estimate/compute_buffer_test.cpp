// Is the compute buffer the one that the engine reserves?
#include "estimate/footprint.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(ComputeBuffer, EqualsTheEnginesToTheByte) {
  std::size_t checked = 0, equal = 0;
  for (const test::Load& load : test::loads()) {
    const auto buffer = compute_buffer(test::file_shape(load.model), load.plan);
    ASSERT_TRUE(buffer) << load.model;
    // Jamba's comes out up to 0.4 % larger: one of its mixed layers is laid in another order.
    const Bytes apart = std::abs(buffer->bytes - load.compute);
    EXPECT_LE(apart, load.model == "jamba-v0.1" ? load.compute / 250 : 0)
        << buffer->bytes << " and not " << load.compute << ": " << load.model << " context "
        << load.plan.context << " flash attention " << load.flash_attn << " " << load.plan.kv_type
        << " ubatch " << load.plan.ubatch << " " << load.plan.parallel << " sequences";
    ++checked;
    equal += buffer->bytes == load.compute ? 1 : 0;
  }
  RecordProperty("rows", std::to_string(checked));
  RecordProperty("equal", std::to_string(equal));
  EXPECT_GT(checked, 3500u);
}

TEST(ComputeBuffer, OneLineAnswersForTheContextsAroundIt) {
  for (const char* name : {"llama-3.2-1b", "gemma-3-1b", "qwen3-30b-a3b", "deepseek-v2-lite"}) {
    const Shape shape = test::file_shape(name);
    for (const char* flash : {"on", "off"}) {
      Plan plan;
      plan.flash_attn = flash;
      plan.context = 8192;
      const auto piece = reserve_compute(shape, plan);
      ASSERT_TRUE(piece) << name;
      EXPECT_LE(piece->from, 8192);
      EXPECT_GE(piece->to, 8192);
      for (std::int64_t context = 1024; context <= 32768; context += 1024) {
        if (context < piece->from || context > piece->to) continue;
        plan.context = context;
        EXPECT_EQ(compute_buffer(shape, plan)->bytes, piece->bytes.at(context))
            << name << " " << flash << " " << context;
      }
    }
  }
}

TEST(ComputeBuffer, GrowsWithTheOutputsThatAreKept) {
  const Shape gemma = test::shape("gemma-3-1b");
  Plan server, benchmark;
  benchmark.outputs = -1;
  EXPECT_GT(compute_buffer(gemma, benchmark)->bytes, 4 * compute_buffer(gemma, server)->bytes);
  EXPECT_NE(compute_buffer(gemma, benchmark)->how.find("logits"), std::string::npos);
}

TEST(ComputeBuffer, SizesThatOverflowAreNothing) {
  Shape shape = test::shape("gemma-2b");
  shape.heads = shape.kv_heads = 1 << 24;
  shape.layers = 1000;
  Plan plan;
  plan.context = std::int64_t{1} << 30;
  plan.ubatch = 1 << 20;
  plan.flash_attn = "off";
  EXPECT_FALSE(compute_buffer(shape, plan));
}

}  // namespace
}  // namespace weighin
