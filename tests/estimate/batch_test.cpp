// Is the batch that memory is reserved for the engine's?
#include "estimate/batch.hpp"

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Batch, CellsAreRoundedForEverySequenceApart) {
  const Shape shape = test::shape("llama-3.2-1b");
  Plan plan;
  plan.context = 3000;
  EXPECT_EQ(cache_cells(shape, plan).all, 3072);
  plan.parallel = 4;
  EXPECT_EQ(cache_cells(shape, plan).of_stream, 768);
  EXPECT_EQ(cache_cells(shape, plan).streams, 4);
  plan.kv_unified = true;
  EXPECT_EQ(cache_cells(shape, plan).of_stream, 3072);
  plan.context = 1;
  plan.parallel = 64;
  plan.kv_unified = false;
  EXPECT_EQ(cache_cells(shape, plan).all, 64 * 256);
}

TEST(Batch, ASlidingLayerKeepsItsWindowAndOneBatch) {
  const Shape gemma = test::shape("gemma-3-1b");  // window 512
  Plan plan;
  plan.context = 32768;
  EXPECT_EQ(cache_cells(gemma, plan).sliding, 1024);
  plan.parallel = 4;
  plan.kv_unified = true;
  EXPECT_EQ(cache_cells(gemma, plan).sliding, 2560);
}

TEST(Batch, TokensAndOutputs) {
  const Shape shape = test::shape("llama-3.2-1b");
  Plan plan;
  EXPECT_EQ(batch_of(shape, plan).tokens, 512);
  EXPECT_EQ(batch_of(shape, plan).outputs, 1);
  plan.outputs = -1;
  EXPECT_EQ(batch_of(shape, plan).outputs, 512);
  plan.context = 256;
  EXPECT_EQ(batch_of(shape, plan).tokens, 256);
  plan.parallel = 3;
  plan.ubatch = 128;
  EXPECT_EQ(batch_of(shape, plan).tokens, 129) << "whole sequences";
  plan.kv_type = "q8_0";
  EXPECT_TRUE(batch_of(shape, plan).quantized_cache);
}

}  // namespace
}  // namespace weighin
