// Does a shape become the tensors that its GGUF file holds?
#include "estimate/tensors.hpp"

#include <set>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

std::set<std::string> names(const std::string& model) {
  std::set<std::string> found;
  const auto tensors = tensors_of(test::shape(model));
  EXPECT_TRUE(tensors) << model;
  if (tensors) {
    for (const Tensor& tensor : *tensors) found.insert(std::string(tensor.name));
  }
  return found;
}

TEST(Tensors, OfATiedDenseModel) {
  const auto found = names("gemma-2b");
  EXPECT_EQ(found.count("output.weight"), 0u);
  EXPECT_EQ(found.count("ffn_gate.weight"), 1u);
  EXPECT_EQ(found.count("token_embd.weight"), 1u);
}

TEST(Tensors, SlidingLayersFollowThePattern) {
  const Shape gemma = test::shape("gemma-3-1b");
  std::string pattern;
  for (std::int64_t layer = 0; layer < 12; ++layer)
    pattern += is_sliding_layer(gemma, layer) ? 's' : 'F';
  EXPECT_EQ(pattern, "sssssFsssssF");
  const Shape oss = test::shape("gpt-oss-20b");
  EXPECT_TRUE(is_sliding_layer(oss, 0));
  EXPECT_FALSE(is_sliding_layer(oss, 1));
  EXPECT_FALSE(is_sliding_layer(test::shape("llama-3.2-1b"), 0));
}

TEST(Tensors, NemotronsLayersDoOneThingEach) {
  const Shape shape = test::shape("nemotron-3-nano-30b-a3b");
  std::string pattern;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    pattern += is_attention_layer(shape, layer)      ? '*'
               : is_feed_forward_layer(shape, layer) ? 'E'
               : is_recurrent_layer(shape, layer)    ? 'M'
                                                     : '?';
    EXPECT_EQ(is_expert_layer(shape, layer), pattern.back() == 'E') << layer;
  }
  EXPECT_EQ(pattern, "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME");
  std::set<std::string> of_attention;
  const auto tensors = tensors_of(shape);
  ASSERT_TRUE(tensors);
  for (const Tensor& tensor : *tensors) {
    if (tensor.layer == 5) of_attention.insert(std::string(tensor.name));
  }
  EXPECT_EQ(of_attention,
            (std::set<std::string>{"attn_norm.weight", "attn_q.weight", "attn_k.weight",
                                   "attn_v.weight", "attn_output.weight"}));
  // The experts of the larger ones read and write a narrower vector.
  EXPECT_EQ(names("nemotron-3-super-120b-a12b").count("ffn_latent_down.weight"), 1u);
  EXPECT_EQ(names("nemotron-3-nano-30b-a3b").count("ffn_latent_down.weight"), 0u);
}

TEST(Tensors, IndexersStandWhereTheyAreNotShared) {
  const Shape all = test::shape("glm-5"), some = test::shape("glm-5.2");
  std::string every, shared;
  for (std::int64_t layer = 0; layer < 12; ++layer) {
    every += has_indexer(all, layer) ? 'x' : '.';
    shared += has_indexer(some, layer) ? 'x' : '.';
  }
  EXPECT_EQ(every, "xxxxxxxxxxxx");
  EXPECT_EQ(shared, "xxx...x...x.");
  EXPECT_FALSE(has_indexer(test::shape("deepseek-v3"), 0));
  EXPECT_EQ(names("deepseek-v3.2").count("indexer.attn_q_b.weight"), 1u);
}

TEST(Tensors, HybridsAttendInSomeLayers) {
  const Shape granite = test::shape("granite-4.0-h-tiny");
  EXPECT_TRUE(is_attention_layer(granite, 5));
  EXPECT_FALSE(is_attention_layer(granite, 6));
  EXPECT_FALSE(is_attention_layer(test::shape("mamba-370m"), 0));
  const Shape next = test::shape("qwen3-next-80b-a3b");
  EXPECT_TRUE(is_attention_layer(next, 3));
  EXPECT_FALSE(is_attention_layer(next, 4));
}

TEST(Tensors, ExpertsStartAfterTheDenseLayers) {
  const Shape deepseek = test::shape("deepseek-v2-lite");
  EXPECT_FALSE(is_expert_layer(deepseek, 0));
  EXPECT_TRUE(is_expert_layer(deepseek, 1));
  EXPECT_FALSE(is_expert_layer(test::shape("gemma-2b"), 1));
}

}  // namespace
}  // namespace weighin
