// Is a decoder's graph made of all its layers?
#include "estimate/graph/model_graph.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(DecoderGraph, EveryLayerIsInIt) {
  Shape shape = test::shape("llama-3.2-1b");
  Batch batch;
  Graph graph;
  ASSERT_TRUE(build_graph(shape, batch, graph));
  const std::size_t whole = graph.order().size();
  shape.layers = 8;
  ASSERT_TRUE(build_graph(shape, batch, graph));
  const std::size_t half = graph.order().size();
  shape.layers = 4;
  ASSERT_TRUE(build_graph(shape, batch, graph));
  EXPECT_EQ(whole - half, 2 * (half - graph.order().size()));
}

TEST(DecoderGraph, TheLogitsAreKept) {
  const Shape shape = test::shape("mistral-7b");
  Batch batch;
  batch.outputs = 3;
  Graph graph;
  ASSERT_TRUE(build_graph(shape, batch, graph));
  const Node& last = graph.nodes()[static_cast<std::size_t>(graph.order().back())];
  EXPECT_TRUE(last.kept);
  EXPECT_EQ(last.extent.size[0], shape.vocab);
  EXPECT_EQ(last.extent.size[1], 3);
}

}  // namespace
}  // namespace weighin
