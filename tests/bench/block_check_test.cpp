// Is a single wrong operation of a block noticed?
#include <gtest/gtest.h>

#include "bench/block.hpp"

namespace weighin {
namespace {

TEST(BlockCheck, OneWrongMatrixIsEnough) {
  Pool pool({-1});
  Region region(8 * kMiB, 8 * kMiB);
  BlockShape shape;
  shape.embedding = 256;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_size = 64;
  shape.feed_forward = 256;
  shape.depth = 64;
  shape.format = "Q8_0";
  // Q, K, V, O, then the cache, then gate, up and down, each at a multiple of 4096: one byte in the
  // middle of each, a code of an early row.
  const Bytes matrix = 256 * 256 / 32 * 34, narrow = matrix / 2;
  const auto aligned = [](Bytes bytes) { return (bytes + 4095) / 4096 * 4096; };
  Bytes at = 0;
  for (const Bytes bytes : {matrix, narrow, narrow, matrix}) {
    Block block(pool, region, 0, shape, "base", false);
    block.fill();
    for (Bytes i = 3; i < 64; i += 5) region.data()[at + 1000 + i] ^= 0x40;
    EXPECT_FALSE(block.run(1, 0.0005).checked) << at;
    at += aligned(bytes);
  }
  Block block(pool, region, 0, shape, "base", false);
  block.fill();
  EXPECT_TRUE(block.run(1, 0.0005).checked);
}

}  // namespace
}  // namespace weighin
