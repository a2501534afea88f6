// Is the reference of a block what it should be where that can be said by hand?
#include "bench/gpu/gpu_block_check.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/reference.hpp"

namespace weighin {
namespace {

// Matrices of nothing but zeros: whatever goes in, nothing comes out.
BlockParts zero_block() {
  BlockParts parts;
  parts.shape.embedding = 256;
  parts.shape.heads = 4;
  parts.shape.kv_heads = 1;
  parts.shape.head_size = 64;
  parts.shape.feed_forward = 256;
  parts.shape.depth = 64;
  parts.shape.format = "Q4_K";
  parts.pattern_rows = 1;
  parts.pattern_cells = 64;
  const auto zero = [](std::int64_t rows) {
    return PatternMatrix{rows, 256, std::vector<unsigned char>(144, 0)};
  };
  parts.query = zero(256);
  parts.key = parts.value = zero(64);
  parts.output = parts.gate = parts.up = parts.down = zero(256);
  parts.norm.assign(256, 1.0f);
  for (int pair = 0; pair < 32; ++pair) {
    parts.turns.push_back(1.0f);
    parts.turns.push_back(0.0f);
  }
  parts.keys.assign(64 * 64, 0x3c00);  // ones
  parts.values.assign(64 * 64, 0x3c00);
  return parts;
}

TEST(GpuBlockCheck, ZeroMatricesLeaveTheTokenAlone) {
  const auto token = kernels::random_activations(256, 3);
  const BlockResult result = expected_block(zero_block(), token);
  for (std::size_t i = 0; i < token.size(); ++i) {
    EXPECT_EQ(result.token[i], static_cast<double>(token[i]));
    EXPECT_EQ(result.added[i], 0.0);
  }
}

TEST(GpuBlockCheck, AttentionIsAMeanWhereAllScoresAreEqual) {
  BlockParts parts = zero_block();
  // The output matrix: every weight is 1 (scale 1, code 1, no minimum).
  kernels::random_rows("Q4_K", 1, 256, 1);
  unsigned char* block = parts.output.plain.data();
  block[1] = 0x3c;  // d = 1.0
  for (int i = 0; i < 4; ++i) block[4 + i] = 1;       // scales of parts 0 … 3
  for (int i = 0; i < 4; ++i) block[12 + i] = 1;      // parts 4 … 7, low bits
  for (int i = 0; i < 128; ++i) block[16 + i] = 0x11;
  const std::vector<float> token(256, 0.0f);
  const BlockResult result = expected_block(parts, token);
  // 63 of 64 cells hold ones, the last one zeros: each value is 63/64, 256 of them are added up.
  for (const double value : result.token) EXPECT_NEAR(value, 256.0 * 63 / 64, 1e-9);
}

TEST(GpuBlockCheck, NearIsNotFar) {
  EXPECT_TRUE(near({1.0f, -1.0f}, {1.0005, -1.0005}));
  EXPECT_FALSE(near({1.0f, -1.0f}, {1.1, -1.0}));
  EXPECT_FALSE(near({1.0f}, {1.0, 1.0}));
  EXPECT_FALSE(near({}, {}));
  EXPECT_FALSE(near({0.0f, 0.0f}, {0.0, 0.0}));  // nothing came out: nothing was checked
  EXPECT_FALSE(near({NAN, 1.0f}, {1.0, 1.0}));
}

}  // namespace
}  // namespace weighin
