// Is a whole block computed right, in every shape and instruction set, and are its bytes counted?
#include "bench/block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/local_profile.hpp"

namespace weighin {
namespace {

using testing::HasSubstr;

BlockShape small_block() {
  BlockShape shape;
  shape.embedding = 512;
  shape.heads = 8;
  shape.kv_heads = 2;
  shape.head_size = 64;
  shape.feed_forward = 768;
  shape.depth = 192;
  return shape;
}

BlockShape small_experts() {
  BlockShape shape = small_block();
  shape.name = "moe";
  shape.feed_forward = 256;
  shape.experts = 64;
  shape.experts_used = 4;
  return shape;
}

BlockShape small_convolution() {
  BlockShape shape = small_block();
  shape.name = "convolution";
  shape.mixer = "convolution";
  shape.taps = 3;
  return shape;
}

BlockShape small_recurrent() {
  BlockShape shape = small_experts();
  shape.name = "hybrid";
  shape.mixer = "recurrent";
  shape.taps = 4;
  shape.state = 16;
  return shape;
}

class BlockTest : public testing::Test {
 protected:
  Pool pool_{{-1, -1}};
  Region region_{16 * kMiB, 16 * kMiB};
};

TEST_F(BlockTest, EveryInstructionSetAgreesWithTheReference) {
  for (const char* isa : kernels::kernel_isa_names()) {
    if (!kernels::test::runs_here(isa)) continue;
    for (BlockShape shape :
         {small_block(), small_experts(), small_convolution(), small_recurrent()}) {
      for (const char* format : {"Q4_0", "Q4_K"}) {
        for (const char* cache : {"F16", "Q8_0"}) {
          SCOPED_TRACE(std::string(isa) + " " + shape.name + " " + format + " " + cache);
          shape.format = format;
          shape.kv_format = cache;
          Block block(pool_, region_, 0, shape, isa, true);
          ASSERT_EQ(block.why_not(), "");
          block.fill();
          for (const std::int64_t threads : {1, 2}) {
            const Runner::Outcome outcome = block.run(threads, 0.002);
            EXPECT_TRUE(outcome.checked);
            EXPECT_GT(outcome.window.per_second, 0.0);
            EXPECT_GE(outcome.window.samples, 1);  // how many in 2 ms, the machine says
          }
        }
      }
    }
  }
}

TEST_F(BlockTest, WrongWeightsAreFound) {
  Block block(pool_, region_, 0, small_block(), "base", false);
  block.fill();
  for (Bytes at = 0; at < block.data_bytes(); at += 997) region_.data()[at] ^= 0x31;
  EXPECT_FALSE(block.run(2, 0.001).checked);
}

TEST_F(BlockTest, WrongWeightsOfAMixerAreFound) {
  for (const BlockShape& shape : {small_convolution(), small_recurrent()}) {
    SCOPED_TRACE(shape.name);
    Block block(pool_, region_, 0, shape, "base", false);
    ASSERT_EQ(block.why_not(), "");
    block.fill();
    for (Bytes at = 3; at < 512 * 512 / 2; at += 997) region_.data()[at] ^= 0x31;
    EXPECT_FALSE(block.run(2, 0.001).checked);
  }
}

TEST_F(BlockTest, MixersHaveTheirOwnMatricesAndNoCache) {
  BlockShape shape = small_convolution();
  shape.format = "Q4_0";
  shape.depth = 131072;  // no cache, so no matter
  const Block convolution(pool_, region_, 0, shape, "base", false);
  EXPECT_EQ(convolution.weight_bytes(), (3 * 512 * 512 + 512 * 512 + 3 * 768 * 512) / 32 * 18);
  shape = small_recurrent();
  shape.format = "Q4_0";
  const Block recurrent(pool_, region_, 0, shape, "base", false);
  // 2 x 512 channels, twice 16 values, 8 heads: 1064 rows, in whole 64s 1088.
  EXPECT_EQ(recurrent.weight_bytes(),
            (1088 * 512 + 512 * 512 + 4 * 3 * 256 * 512) / 32 * 18 + 64 * 512 * 4);
  EXPECT_GE(recurrent.data_bytes(), recurrent.weight_bytes() + 2 * 512 * 16 * 4);
  shape.taps = 1;
  EXPECT_THAT(Block(pool_, region_, 0, shape, "base", false).why_not(), HasSubstr("taps"));
  shape.mixer = "made up";
  EXPECT_THAT(Block(pool_, region_, 0, shape, "base", false).why_not(), HasSubstr("made up"));
}

TEST_F(BlockTest, BytesAreThoseOfTheWeights) {
  BlockShape shape = small_block();
  shape.format = "Q4_0";
  const Block dense(pool_, region_, 0, shape, "base", false);
  // Q and O 512 x 512, K and V 128 x 512, three of 768 x 512; 18 bytes for 32 weights.
  EXPECT_EQ(dense.weight_bytes(), (2 * 512 * 512 + 2 * 128 * 512 + 3 * 768 * 512) / 32 * 18);
  shape = small_experts();
  shape.format = "Q4_0";
  const Block moe(pool_, region_, 0, shape, "base", false);
  EXPECT_EQ(moe.weight_bytes(),
            (2 * 512 * 512 + 2 * 128 * 512 + 4 * 3 * 256 * 512) / 32 * 18 + 64 * 512 * 4);
  EXPECT_GT(moe.barriers(), dense.barriers());
  EXPECT_GE(moe.data_bytes(), moe.weight_bytes());
}

TEST_F(BlockTest, AWindowReadsLessOfTheCache) {
  BlockShape shape = small_block();
  shape.depth = 1024;
  const Block full(pool_, region_, 0, shape, "base", false);
  shape.window = 128;
  Block sliding(pool_, region_, 0, shape, "base", false);
  EXPECT_LT(sliding.data_bytes(), full.data_bytes());
  sliding.fill();
  EXPECT_TRUE(sliding.run(2, 0.001).checked);
}

TEST_F(BlockTest, WhatCannotBeTimedSaysWhy) {
  BlockShape shape = small_block();
  shape.format = "Q9_Z";
  EXPECT_THAT(Block(pool_, region_, 0, shape, "base", false).why_not(), HasSubstr("Q9_Z"));
  shape = small_block();
  shape.feed_forward = 1 << 16;
  EXPECT_THAT(Block(pool_, region_, 0, shape, "base", false).why_not(), HasSubstr("MiB"));
  EXPECT_EQ(Block(pool_, region_, 256 * kMiB, shape, "base", false).why_not(), "");
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX}) {
    shape = small_block();
    shape.embedding = wrong;
    EXPECT_NE(Block(pool_, region_, 0, shape, "base", false).why_not(), "");
    shape = small_block();
    shape.heads = wrong;
    EXPECT_NE(Block(pool_, region_, 0, shape, "base", false).why_not(), "");
    shape = small_block();
    shape.depth = wrong;
    EXPECT_NE(Block(pool_, region_, 0, shape, "base", false).why_not(), "");
  }
}

TEST(CommonBlocks, AreOneDenseAndOneOfExperts) {
  const std::vector<BlockShape> blocks = common_blocks();
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].experts, 0);
  EXPECT_GT(blocks[1].experts, blocks[1].experts_used);
}

}  // namespace
}  // namespace weighin
