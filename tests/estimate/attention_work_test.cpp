// Is the arithmetic of attention that of the heads, not of the cache?
#include <gtest/gtest.h>

#include "estimate/footprint.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TokenWork work_of(const char* id) {
  const Result<ModelSpec> model = find_model(test::catalogue(), id);
  EXPECT_TRUE(model.ok()) << id;
  TokenWork work;
  fill_attention_work(*model->shape, work);
  return work;
}

TEST(AttentionWork, GroupedQueriesShareTheCacheAndNotTheArithmetic) {
  // Llama 3.2 1B: 16 layers of 32 heads of 64, keys and values.
  const TokenWork work = work_of("llama-3.2-1b");
  EXPECT_EQ(work.attention_products_per_cell, 16 * 32 * (64 + 64));
  EXPECT_EQ(work.attention_products_sliding_per_cell, 0);
  EXPECT_EQ(work.expert_count, 0);
}

TEST(AttentionWork, SlidingLayersStandApart) {
  // Gemma 3 1B: 26 layers of 4 heads of 256, every sixth attends to all.
  const TokenWork work = work_of("gemma-3-1b");
  EXPECT_EQ(work.attention_products_per_cell, 4 * 4 * 512);
  EXPECT_EQ(work.attention_products_sliding_per_cell, 22 * 4 * 512);
}

TEST(AttentionWork, ALatentCacheIsReadByEveryHead) {
  // DeepSeek V3: 61 layers of 128 heads, keys of 512 + 64 values, values of 512.
  const TokenWork work = work_of("deepseek-v3");
  EXPECT_EQ(work.attention_products_per_cell, 61LL * 128 * (512 + 64 + 512));
  EXPECT_EQ(work.expert_count, 256);
  EXPECT_EQ(work.experts_used, 8);
}

TEST(AttentionWork, LayersWithoutAttentionTakeNone) {
  EXPECT_EQ(work_of("mamba-2.8b").attention_products_per_cell, 0);
}

}  // namespace
}  // namespace weighin
