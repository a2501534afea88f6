// Does a layer without attention come out as wide as it went in?
#include "estimate/graph/parts.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(StateLayer, KeepsTheWidth) {
  for (const char* name : {"mamba-370m", "granite-4.0-h-tiny", "lfm2-350m", "qwen3.5-0.8b",
                           "mamba-codestral-7b-v0.1", "jamba-v0.1"}) {
    const Shape shape = test::shape(name);
    Batch batch;
    batch.sequences = 2;
    Graph graph;
    Parts parts(shape, batch, graph);
    const Value y = parts.state_layer(parts.embedding());
    EXPECT_EQ(graph.extent(y).size[0], shape.hidden) << name;
    EXPECT_EQ(graph.extent(y).size[1], batch.tokens) << name;
  }
}

}  // namespace
}  // namespace weighin
