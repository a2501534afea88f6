// Are the decoders' own keys read: windows, shared keys, biases?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

Shape shape_of(const std::string& text) {
  const Result<HfConfig> read = read_hf_config(text, "config.json");
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().what);
  return read.ok() && read->shape ? *read->shape : Shape{};
}

TEST(HfDecoders, APatternComesFromTheListOfLayersOrItsInterval) {
  const std::string base =
      R"({"model_type": "gemma3_text", "num_hidden_layers": 6, "sliding_window": 512)";
  const Shape by_interval = shape_of(base + R"(, "sliding_window_pattern": 3})");
  EXPECT_EQ(by_interval.swa_pattern, "2 local : 1 global");
  EXPECT_EQ(by_interval.kv_swa_layers, 4);
  const Shape by_list = shape_of(
      base + R"(, "layer_types": ["sliding_attention", "full_attention", "sliding_attention",
              "full_attention", "sliding_attention", "full_attention"]})");
  EXPECT_EQ(by_list.swa_pattern, "1 local : 1 global");
  EXPECT_EQ(by_list.kv_swa_layers, 3);
  const Result<HfConfig> short_list =
      read_hf_config(base + R"(, "layer_types": ["full_attention"]})", "config.json");
  ASSERT_FALSE(short_list.ok());
  EXPECT_NE(short_list.error().what.find("layer_types"), std::string::npos);
}

TEST(HfDecoders, FalconSharesKeysInTwoWays) {
  const std::string base =
      R"({"model_type": "falcon", "hidden_size": 1024, "num_attention_heads": 16, )";
  const Shape one = shape_of(base + R"("multi_query": true})");
  EXPECT_EQ(one.kv_heads, 1);
  EXPECT_EQ(one.norms_per_layer, 1);
  EXPECT_EQ(one.ffn, 4096);
  const Shape groups =
      shape_of(base + R"("new_decoder_architecture": true, "num_kv_heads": 4, "bias": true})");
  EXPECT_EQ(groups.kv_heads, 4);
  EXPECT_EQ(groups.norms_per_layer, 2);
  EXPECT_TRUE(groups.qkv_bias && groups.ffn_bias);
}

TEST(HfDecoders, FamiliesBeyondTheCatalogueAreReadByTheirRows) {
  const Shape mpt = shape_of(
      R"({"model_type": "mpt", "d_model": 4096, "n_heads": 32, "n_layers": 32, "max_seq_len": 2048,
          "expansion_ratio": 4, "vocab_size": 50432, "attn_config": {"kv_n_heads": 8}})");
  EXPECT_EQ(mpt.ffn, 16384);
  EXPECT_EQ(mpt.kv_heads, 8);
  const Shape star = shape_of(
      R"({"model_type": "starcoder2", "hidden_size": 3072, "intermediate_size": 12288,
          "num_attention_heads": 24, "num_hidden_layers": 30, "num_key_value_heads": 2,
          "max_position_embeddings": 16384, "sliding_window": 4096, "use_bias": true})");
  EXPECT_TRUE(star.qkv_bias && star.attention_output_bias && star.ffn_bias && star.norm_bias);
  EXPECT_EQ(star.sliding_window, 4096);
  EXPECT_FALSE(star.gated_ffn);
  const Shape coder = shape_of(
      R"({"model_type": "gpt_bigcode", "n_embd": 2048, "n_head": 16, "n_layer": 24,
          "n_positions": 8192, "n_inner": 8192, "vocab_size": 49152, "multi_query": true})");
  EXPECT_EQ(coder.kv_heads, 1);
  EXPECT_EQ(coder.positions, 8192);
  const Shape qwen = shape_of(
      R"({"model_type": "qwen", "hidden_size": 4096, "intermediate_size": 22016,
          "num_attention_heads": 32, "num_hidden_layers": 32, "vocab_size": 151936})");
  EXPECT_EQ(qwen.ffn, 11008);
  EXPECT_TRUE(qwen.qkv_bias);
}

}  // namespace
}  // namespace weighin::catalogue
