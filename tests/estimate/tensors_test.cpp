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
