// Has an encoder's graph no cache and no logits?
#include "estimate/graph/model_graph.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(EncoderGraph, NothingGrowsWithTheCells) {
  for (const char* name : {"bert-base-uncased", "nomic-embed-text-v1.5", "modernbert-base"}) {
    const Shape shape = test::shape(name);
    Batch batch;
    Graph graph;
    ASSERT_TRUE(build_graph(shape, batch, graph)) << name;
    for (const Value value : graph.order()) {
      const Node& node = graph.nodes()[static_cast<std::size_t>(value)];
      EXPECT_EQ(node.bytes.per_cell, 0) << name;
      EXPECT_NE(node.extent.size[0], shape.vocab) << name;
    }
  }
}

}  // namespace
}  // namespace weighin
