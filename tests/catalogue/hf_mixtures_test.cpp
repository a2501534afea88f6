// Are experts read under each family's own keys?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

TEST(HfMixtures, DbrxNestsItsNumbers) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40,
          "max_seq_len": 32768, "vocab_size": 100352, "tie_word_embeddings": false,
          "attn_config": {"kv_n_heads": 8, "clip_qkv": 8},
          "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4}})",
      "config.json");
  ASSERT_TRUE(read.ok()) << read.error().what;
  ASSERT_TRUE(read->shape && read->shape->experts);
  EXPECT_EQ(read->shape->kv_heads, 8);
  EXPECT_EQ(read->shape->experts->count, 16);
  EXPECT_EQ(read->shape->experts->used, 4);
  EXPECT_EQ(read->shape->experts->ffn, 10752);
}

TEST(HfMixtures, ErnieKeepsItsOwnWords) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "ernie4_5_moe", "hidden_size": 2560, "intermediate_size": 12288,
          "num_hidden_layers": 28, "num_attention_heads": 20, "num_key_value_heads": 4,
          "vocab_size": 103424, "moe_num_experts": 64, "moe_k": 6, "moe_intermediate_size": 1536,
          "moe_num_shared_experts": 2, "moe_layer_start_index": 1})",
      "config.json");
  ASSERT_TRUE(read.ok() && read->shape && read->shape->experts);
  EXPECT_EQ(read->shape->experts->used, 6);
  EXPECT_EQ(read->shape->experts->shared_ffn, 3072);
  EXPECT_EQ(read->shape->experts->leading_dense, 1);
}

TEST(HfMixtures, MoreExpertsUsedThanThereAreIsRefused) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "mixtral", "num_local_experts": 4, "num_experts_per_tok": 5})",
      "config.json");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().what.find("num_experts_per_tok"), std::string::npos);
}

}  // namespace
}  // namespace weighin::catalogue
