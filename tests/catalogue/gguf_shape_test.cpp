// Is the shape of a model read from its keys and its tensors?
#include "catalogue/readers/gguf_shape.hpp"

#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"

namespace weighin::gguf {
namespace {

using test::GgufMaker;

// A layer 64 wide of any architecture; `more` adds what the case is about.
GgufMaker of(const std::string& architecture) {
  GgufMaker maker;
  maker.text("general.architecture", architecture)
      .u32(architecture + ".block_count", 1)
      .u32(architecture + ".context_length", 4096)
      .u32(architecture + ".embedding_length", 64)
      .u32(architecture + ".feed_forward_length", 128)
      .u32(architecture + ".attention.head_count", 4)
      .tensor("token_embd.weight", {64, 100}, 1)
      .tensor("blk.0.attn_norm.weight", {64})
      .tensor("blk.0.attn_output.weight", {64, 64}, 1);
  return maker;
}

Shape shape_of(const GgufMaker& maker) {
  const auto folder = folder_in_memory("f", {{"m.gguf", maker.file()}});
  const auto spec = read_model(*folder, "m.gguf");
  EXPECT_TRUE(spec.ok()) << to_text(spec.error());
  return spec && spec->shape ? *spec->shape : Shape{};
}

std::string error_of(const GgufMaker& maker) {
  const auto folder = folder_in_memory("f", {{"m.gguf", maker.file()}});
  const auto spec = read_model(*folder, "m.gguf");
  return spec ? std::string() : to_text(spec.error());
}

TEST(GgufShape, FamiliesAreThoseOfLlamaCpp) {
  ASSERT_NE(find_family("llama"), nullptr);
  EXPECT_EQ(find_family("llama")->kind, "decoder");
  EXPECT_EQ(find_family("qwen35moe")->kind, "qwen_hybrid");
  EXPECT_EQ(find_family("gemma3")->full_every, 6);
  EXPECT_EQ(find_family("unheard of"), nullptr);
}

TEST(GgufShape, PlainDecoder) {
  const Shape s = shape_of(test::small_llama());
  EXPECT_EQ(s.kind, "decoder");
  EXPECT_EQ(s.layers, 2);
  EXPECT_EQ(s.hidden, 64);
  EXPECT_EQ(s.ffn, 96);
  EXPECT_EQ(s.heads, 4);
  EXPECT_EQ(s.kv_heads, 2);
  EXPECT_EQ(s.head_dim, 16);
  EXPECT_TRUE(s.tied_embeddings);
  EXPECT_TRUE(s.gated_ffn);
  EXPECT_EQ(s.norms_per_layer, 2);
  EXPECT_FALSE(s.fused_qkv || s.qkv_bias || s.qk_norm || s.norm_bias || s.ffn_bias);
}

TEST(GgufShape, BiasesNormsAndFusedMatricesAreSeenInTheTensors) {
  GgufMaker maker = of("gpt2");
  maker.tensor("position_embd.weight", {64, 512})
      .tensor("blk.0.attn_norm.bias", {64})
      .tensor("blk.0.attn_qkv.weight", {64, 192}, 1)
      .tensor("blk.0.attn_qkv.bias", {192})
      .tensor("blk.0.attn_output.bias", {64})
      .tensor("blk.0.ffn_norm.weight", {64})
      .tensor("blk.0.ffn_up.weight", {64, 128}, 1)
      .tensor("blk.0.ffn_up.bias", {128})
      .tensor("blk.0.ffn_down.weight", {128, 64}, 1);
  const Shape s = shape_of(maker);
  EXPECT_TRUE(s.fused_qkv && s.qkv_bias && s.attention_output_bias && s.norm_bias && s.ffn_bias);
  EXPECT_FALSE(s.gated_ffn);
  EXPECT_EQ(s.positions, 512);
  EXPECT_EQ(s.kv_heads, 4);
}

TEST(GgufShape, FusedGateUntiedOutputAndRotaryFactors) {
  GgufMaker maker = of("phi3");
  maker.tensor("rope_factors_long.weight", {8})
      .tensor("rope_factors_short.weight", {8})
      .tensor("blk.0.ffn_norm.weight", {64})
      .tensor("blk.0.ffn_up.weight", {64, 256}, 1)
      .tensor("blk.0.ffn_down.weight", {128, 64}, 1)
      .tensor("output.weight", {64, 100}, 1)
      .tensor("output.bias", {100});
  const Shape s = shape_of(maker);
  EXPECT_TRUE(s.fused_ffn && s.gated_ffn && s.output_bias);
  EXPECT_FALSE(s.tied_embeddings);
  EXPECT_EQ(s.rope_factors, 2);
}

TEST(GgufShape, NormsALayer) {
  EXPECT_EQ(shape_of(of("command-r")).norms_per_layer, 1);
  GgufMaker four = of("gemma2");
  four.tensor("blk.0.post_attention_norm.weight", {64})
      .tensor("blk.0.ffn_norm.weight", {64})
      .tensor("blk.0.post_ffw_norm.weight", {64});
  EXPECT_EQ(shape_of(four).norms_per_layer, 4);
  GgufMaker full = of("olmo2");
  full.tensor("blk.0.attn_q_norm.weight", {64});
  EXPECT_TRUE(shape_of(full).qk_norm_full);
  GgufMaker each = of("qwen3");
  each.tensor("blk.0.attn_q_norm.weight", {16});
  EXPECT_TRUE(shape_of(each).qk_norm);
  EXPECT_FALSE(shape_of(each).qk_norm_full);
}

TEST(GgufShape, FalconHoldsItsEmbeddingTwice) {
  GgufMaker maker = of("falcon");
  maker.tensor("output.weight", {64, 100}, 1);
  const Shape s = shape_of(maker);
  EXPECT_TRUE(s.tied_embeddings && s.embedding_stored_twice);
}

TEST(GgufShape, KeysThatContradictTheTensors) {
  GgufMaker maker;
  maker.text("general.architecture", "llama")
      .u32("llama.block_count", 1)
      .u32("llama.embedding_length", 128)
      .tensor("token_embd.weight", {64, 100}, 1);
  EXPECT_NE(error_of(maker).find("llama.embedding_length\" is 128"), std::string::npos);
  GgufMaker heads = of("llama");
  heads.u32("llama.attention.head_count_kv", 8);
  EXPECT_NE(error_of(heads).find("limit of the 4 heads"), std::string::npos);
  GgufMaker layers = of("qwen3");
  layers.text("qwen3.attention.key_length", "16");
  EXPECT_NE(error_of(layers).find("of type string"), std::string::npos);
}

TEST(GgufShape, EncoderAndDecoder) {
  GgufMaker maker;
  maker.text("general.architecture", "t5")
      .u32("t5.block_count", 2)
      .u32("t5.decoder_block_count", 3)
      .u32("t5.embedding_length", 64)
      .u32("t5.attention.head_count", 4)
      .u32("t5.attention.key_length", 16)
      .u32("t5.attention.relative_buckets_count", 32)
      .tensor("token_embd.weight", {64, 100}, 1)
      .tensor("enc.blk.0.ffn_gate.weight", {64, 128}, 1)
      .tensor("enc.blk.0.ffn_down.weight", {128, 64}, 1);
  const Shape s = shape_of(maker);
  EXPECT_EQ(s.kind, "t5");
  EXPECT_EQ(s.layers, 2);
  EXPECT_EQ(s.decoder_layers, 3);
  EXPECT_EQ(s.ffn, 128);
  EXPECT_EQ(s.relative_buckets, 32);
  EXPECT_TRUE(s.gated_ffn);
}

}  // namespace
}  // namespace weighin::gguf
