// Is the graph of RWKV-7 the engine's, and the same at any context?
#include "estimate/footprint.hpp"
#include "estimate/graph/parts.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

// Equal to the engine on all loads: ComputeBuffer, with the other architectures.
TEST(RwkvGraph, EndsInLogitsAndReadsNoCache) {
  const Shape shape = test::shape("rwkv7-world-1.5b");
  Batch batch;
  batch.sequences = 2;
  Graph graph;
  Parts parts(shape, batch, graph);
  build_rwkv7(parts);
  ASSERT_FALSE(graph.order().empty());
  EXPECT_EQ(graph.extent(graph.order().back()).size[0], shape.vocab);
  for (const Value value : graph.order())
    EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(value)].bytes.per_cell, 0);
}

}  // namespace
}  // namespace weighin
