// Are experts, latent attention and layers without attention read?
#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::GgufMaker;

GgufMaker of(const std::string& architecture, std::uint32_t layers) {
  GgufMaker maker;
  maker.text("general.architecture", architecture)
      .u32(architecture + ".block_count", layers)
      .u32(architecture + ".embedding_length", 64)
      .tensor("token_embd.weight", {64, 100}, 1);
  return maker;
}

Result<ModelSpec> read(const GgufMaker& maker) {
  const auto folder = folder_in_memory("f", {{"m.gguf", maker.file()}});
  return read_model(*folder, "m.gguf");
}

TEST(GgufMixers, ExpertsOfWhichOneTokenUsesSome) {
  GgufMaker maker = of("deepseek2", 3);
  maker.u32("deepseek2.expert_count", 8)
      .u32("deepseek2.expert_used_count", 2)
      .u32("deepseek2.expert_shared_count", 2)
      .tensor("blk.0.ffn_down.weight", {128, 64}, 1);
  for (const char* layer : {"blk.1.", "blk.2."}) {
    const std::string name = layer;
    maker.tensor(name + "ffn_gate_inp.weight", {64, 8})
        .tensor(name + "exp_probs_b.bias", {8})
        .tensor(name + "ffn_gate_exps.weight", {64, 32, 8}, 1)
        .tensor(name + "ffn_up_exps.weight", {64, 32, 8}, 1)
        .tensor(name + "ffn_down_exps.weight", {32, 64, 8}, 1)
        .tensor(name + "ffn_down_shexp.weight", {48, 64}, 1);
  }
  const auto spec = read(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  ASSERT_TRUE(spec->shape && spec->shape->experts);
  const Experts& e = *spec->shape->experts;
  EXPECT_EQ(e.count, 8);
  EXPECT_EQ(e.used, 2);
  EXPECT_EQ(e.ffn, 32);
  EXPECT_EQ(e.shared_count, 2);
  EXPECT_EQ(e.shared_ffn, 48);
  EXPECT_EQ(e.leading_dense, 1);
  EXPECT_TRUE(e.correction_bias);
  EXPECT_FALSE(e.router_bias || e.expert_bias || e.shared_gate);
  const std::int64_t experts = 2 * 3 * 64 * 32 * 8;
  EXPECT_EQ(*spec->parameters - *spec->active_parameters, experts - experts / 8 * 2);
}

TEST(GgufMixers, MoreExpertsUsedThanThereAre) {
  GgufMaker maker = of("qwen3moe", 1);
  maker.u32("qwen3moe.expert_count", 4).u32("qwen3moe.expert_used_count", 5);
  const auto spec = read(maker);
  ASSERT_FALSE(spec.ok());
  EXPECT_NE(spec.error().what.find("limit of the 4 experts"), std::string::npos);
}

TEST(GgufMixers, LatentAttentionIsMeasuredOnItsMatrices) {
  GgufMaker maker = of("deepseek2", 1);
  maker.u32("deepseek2.attention.head_count", 4)
      .u32("deepseek2.attention.head_count_kv", 1)
      .tensor("blk.0.attn_q_a.weight", {64, 40}, 1)
      .tensor("blk.0.attn_q_b.weight", {40, 4 * 24}, 1)
      .tensor("blk.0.attn_kv_a_mqa.weight", {64, 32 + 8}, 1)
      .tensor("blk.0.attn_kv_a_norm.weight", {32})
      .tensor("blk.0.attn_output.weight", {4 * 12, 64}, 1);
  const auto spec = read(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  ASSERT_TRUE(spec->shape && spec->shape->latent);
  const LatentAttention& a = *spec->shape->latent;
  EXPECT_EQ(a.q_lora_rank, 40);
  EXPECT_EQ(a.kv_lora_rank, 32);
  EXPECT_EQ(a.qk_rope_head_dim, 8);
  EXPECT_EQ(a.qk_nope_head_dim, 16);
  EXPECT_EQ(a.v_head_dim, 12);
  EXPECT_EQ(spec->shape->kv_heads, 4);
  EXPECT_EQ(spec->shape->head_dim, 24);
}

TEST(GgufMixers, HybridsNameTheLayersThatAttend) {
  GgufMaker maker = of("granitehybrid", 4);
  maker.u32("granitehybrid.attention.head_count", 4)
      .list("granitehybrid.attention.head_count_kv", {0, 2, 0, 2})
      .u32("granitehybrid.ssm.inner_size", 128)
      .u32("granitehybrid.ssm.state_size", 16)
      .u32("granitehybrid.ssm.conv_kernel", 4)
      .u32("granitehybrid.ssm.time_step_rank", 8)
      .u32("granitehybrid.ssm.group_count", 1)
      .tensor("blk.0.ssm_in.weight", {64, 296}, 1);
  const auto spec = read(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  const Shape& s = *spec->shape;
  EXPECT_EQ(s.attention_layers, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(s.kv_layers, 2);
  EXPECT_EQ(s.kv_heads, 2);
  ASSERT_TRUE(s.state_space);
  EXPECT_EQ(s.state_space->heads, 8);
  EXPECT_EQ(s.state_space->head_dim, 16);
  EXPECT_EQ(s.state_space->dt_rank, 0);
}

TEST(GgufMixers, MambaAttendsNowhere) {
  GgufMaker maker = of("mamba", 1);
  maker.u32("mamba.attention.head_count", 0)
      .u32("mamba.ssm.inner_size", 128)
      .u32("mamba.ssm.time_step_rank", 4)
      .tensor("blk.0.ssm_in.weight", {64, 256}, 1)
      .tensor("blk.0.ssm_dt.weight", {4, 128}, 1);
  const auto spec = read(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->shape->kv_layers, 0);
  EXPECT_EQ(spec->shape->state_space->dt_rank, 4);
}

TEST(GgufMixers, DeltaRuleAndShortConvolution) {
  GgufMaker qwen = of("qwen3next", 8);
  qwen.u32("qwen3next.ssm.conv_kernel", 4)
      .u32("qwen3next.ssm.state_size", 128)
      .u32("qwen3next.ssm.group_count", 16)
      .u32("qwen3next.ssm.time_step_rank", 32)
      .u32("qwen3next.ssm.inner_size", 4096);
  const auto hybrid = read(qwen);
  ASSERT_TRUE(hybrid.ok()) << to_text(hybrid.error());
  EXPECT_EQ(hybrid->shape->full_attention_interval, 4);
  EXPECT_EQ(hybrid->shape->kv_layers, 2);
  ASSERT_TRUE(hybrid->shape->linear);
  EXPECT_EQ(hybrid->shape->linear->k_heads, 16);
  EXPECT_EQ(hybrid->shape->linear->v_heads, 32);
  EXPECT_EQ(hybrid->shape->linear->k_dim, 128);
  EXPECT_EQ(hybrid->shape->linear->v_dim, 128);
  GgufMaker lfm2 = of("lfm2", 2);
  lfm2.u32("lfm2.attention.head_count", 4)
      .list("lfm2.attention.head_count_kv", {0, 2})
      .u32("lfm2.shortconv.l_cache", 3);
  const auto convolution = read(lfm2);
  ASSERT_TRUE(convolution.ok()) << to_text(convolution.error());
  EXPECT_EQ(convolution->shape->short_conv, 3);
  EXPECT_EQ(convolution->shape->attention_layers, (std::vector<std::int64_t>{1}));
}

TEST(GgufMixers, Gemma4HasTwoKindsOfHeads) {
  GgufMaker maker = of("gemma4", 2);
  maker.u32("gemma4.attention.head_count", 8)
      .u32("gemma4.attention.key_length", 32)
      .u32("gemma4.attention.key_length_swa", 16)
      .tensor("blk.0.attn_k.weight", {64, 64}, 1)
      .tensor("blk.0.attn_k_norm.weight", {16})
      .tensor("blk.0.ffn_down.weight", {128, 64}, 1)
      .tensor("blk.1.attn_k.weight", {64, 32}, 1)
      .tensor("blk.1.attn_k_norm.weight", {32})
      .tensor("blk.1.ffn_down.weight", {256, 64}, 1);
  const auto spec = read(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  const Shape& s = *spec->shape;
  EXPECT_EQ(s.head_dim, 16);
  EXPECT_EQ(s.kv_heads, 4);
  EXPECT_EQ(s.global_head_dim, 32);
  EXPECT_EQ(s.global_kv_heads, 1);
  EXPECT_EQ(s.ffn, 128);
  EXPECT_TRUE(s.wide_shared_ffn);
}

}  // namespace
}  // namespace weighin
