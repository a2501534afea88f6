// Is a feed-forward layer's graph that of its kind?
#include "estimate/graph/parts.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(FeedForward, AMixtureHoldsTheUsedExpertsOutputs) {
  const Shape shape = test::shape("qwen3-30b-a3b");
  Batch batch;
  Graph graph;
  Parts parts(shape, batch, graph);
  const Value x = parts.embedding();
  const Value y = parts.feed_forward(x, 0);
  EXPECT_EQ(graph.extent(y).size[0], shape.hidden);
  bool all_experts = false;
  for (const Node& node : graph.nodes())
    all_experts = all_experts || node.bytes.fixed == 4 * batch.tokens * shape.hidden * 8;
  EXPECT_TRUE(all_experts) << "8 experts a token";
}

TEST(FeedForward, ADenseLayerIsAsWideAsItsShape) {
  const Shape shape = test::shape("llama-3.2-1b");
  Batch batch;
  Graph graph;
  Parts parts(shape, batch, graph);
  const Value y = parts.feed_forward(parts.embedding(), 0);
  EXPECT_EQ(graph.extent(y).size[0], shape.hidden);
  std::size_t wide = 0;
  for (const Node& node : graph.nodes()) wide += node.extent.size[0] == shape.ffn ? 1 : 0;
  EXPECT_EQ(wide, 3u) << "gate, up and their product";
}

}  // namespace
}  // namespace weighin
