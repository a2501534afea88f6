// Are the pieces of a graph as large as they must be?
#include "estimate/graph/parts.hpp"

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Parts, ACacheThatIsQuantizedIsRotatedByAPowerOfTwo) {
  Batch batch;
  batch.quantized_cache = true;
  Graph graph;
  const Shape llama = test::shape("llama-3.2-1b"), phi = test::shape("phi-3.5-mini");
  EXPECT_EQ(Parts(llama, batch, graph).key_rotation(false), 64);
  EXPECT_EQ(Parts(test::shape("gemma-2b"), batch, graph).key_rotation(false), 256);
  EXPECT_EQ(Parts(phi, batch, graph).key_rotation(false), 0) << "heads of 96";
  const Shape gemma = test::shape("gemma-4-e2b");
  EXPECT_EQ(Parts(gemma, batch, graph).key_rotation(true), 256);
  EXPECT_EQ(Parts(gemma, batch, graph).key_rotation(false), 512);
  batch.quantized_cache = false;
  EXPECT_EQ(Parts(llama, batch, graph).value_rotation(), 0);
}

TEST(Parts, AttentionHasTheScoresOfAllHeadsWithoutFlashAttention) {
  const Shape shape = test::shape("llama-3.2-1b");
  Batch batch;
  batch.flash = false;
  Graph graph;
  Parts parts(shape, batch, graph);
  const Value x = parts.embedding();
  const Value y = parts.attend(parts.project(x, 0), false, shape.hidden, false);
  EXPECT_EQ(graph.extent(y).size[0], shape.hidden);
  bool scores = false;
  for (const Node& node : graph.nodes())
    scores = scores || node.bytes.per_cell == 4 * batch.tokens * shape.heads;
  EXPECT_TRUE(scores);
}

}  // namespace
}  // namespace weighin
