// Is every architecture of the catalogue described?
#include "estimate/graph/model_graph.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Style, OfTheArchitecturesThatDiffer) {
  EXPECT_TRUE(style_of(test::shape("gemma-2-2b")).soft_cap_scores);
  EXPECT_FALSE(style_of(test::shape("gemma-3-1b")).soft_cap_scores);
  EXPECT_TRUE(style_of(test::shape("gpt2")).layer_norm);
  EXPECT_EQ(style_of(test::shape("falcon-7b")).residual, GraphStyle::Residual::shared_norm);
  EXPECT_EQ(style_of(test::shape("gpt-oss-20b")).router, GraphStyle::Router::softmax_of_chosen);
  EXPECT_EQ(style_of(test::shape("phi-3.5-mini")).activation, GraphStyle::Activation::fused_gate);
}

TEST(Style, AnUnknownArchitectureIsAPlainDecoderAndSaysSo) {
  Shape shape = test::shape("llama-3.2-1b");
  EXPECT_TRUE(style_of(shape).known);
  shape.architecture.clear();
  EXPECT_FALSE(style_of(shape).known);
}

}  // namespace
}  // namespace weighin
