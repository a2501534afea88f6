// Have Gemma 3n and Gemma 4 the inputs of every layer?
#include "estimate/graph/model_graph.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(GemmaGraph, EveryLayerHasItsOwnInput) {
  for (const char* name : {"gemma-3n-e2b", "gemma-4-e2b"}) {
    const Shape shape = test::shape(name);
    Batch batch;
    Graph graph;
    ASSERT_TRUE(build_graph(shape, batch, graph)) << name;
    bool inputs = false;
    for (const Node& node : graph.nodes()) {
      inputs = inputs || (node.extent.size[0] == shape.per_layer_embedding &&
                          node.extent.size[2] == shape.layers);
    }
    EXPECT_TRUE(inputs) << name;
  }
}

}  // namespace
}  // namespace weighin
