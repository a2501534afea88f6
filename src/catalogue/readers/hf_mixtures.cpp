// What do the configs of mixtures of experts say, and those of latent attention?
#include <algorithm>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {

void take_experts(HfValues& values, Shape& shape, bool correction) {
  Experts experts;
  experts.count =
      values.number({"num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"}, 0,
                    kHfMostExperts);
  if (experts.count == 0) return;  // dense
  experts.used = values.number({"num_experts_per_tok", "num_experts_per_token", "top_k_experts",
                                "moe_k", "moe_topk", "num_experts_per_topk"},
                               2, experts.count, 1);
  experts.ffn = values.number({"moe_intermediate_size", "expert_intermediate_size"}, shape.ffn,
                              kHfMostWidth, 1);
  if (experts.ffn < 1) experts.ffn = values.needed({"moe_intermediate_size"}, 0, kHfMostWidth);
  experts.shared_count =
      values.number({"n_shared_experts", "num_shared_experts", "moe_num_shared_experts"}, 0, 1024);
  experts.shared_ffn = experts.shared_count * experts.ffn;
  const std::int64_t shared = values.number(
      {"shared_expert_intermediate_size", "shared_intermediate_size"}, 0, kHfMostWidth);
  if (shared > 0) {
    experts.shared_ffn = shared;
    experts.shared_count = std::max<std::int64_t>(experts.shared_count, 1);
  }
  experts.leading_dense = values.number(
      {"first_k_dense_replace", "num_dense_layers", "moe_layer_start_index"}, 0, shape.layers);
  experts.interval = values.number({"decoder_sparse_step", "moe_layer_freq", "moe_layer_interval"},
                                   1, kHfMostLayers, 1);
  experts.correction_bias = correction;
  shape.experts = experts;
}

void finish_latent(HfValues& values, Shape& shape) {
  LatentAttention latent;
  latent.q_lora_rank = values.number({"q_lora_rank"}, 0, kHfMostWidth);
  latent.kv_lora_rank = values.number({"kv_lora_rank"}, 512, kHfMostWidth, 1);
  latent.qk_nope_head_dim = values.number({"qk_nope_head_dim"}, 128, kHfMostWidth, 1);
  latent.qk_rope_head_dim = values.number({"qk_rope_head_dim"}, 64, kHfMostWidth, 1);
  latent.v_head_dim = values.number({"v_head_dim"}, 128, kHfMostWidth, 1);
  shape.head_dim = latent.qk_nope_head_dim + latent.qk_rope_head_dim;
  shape.latent = latent;
  if (shape.experts && values.text({"topk_method"}) == "noaux_tc")
    shape.experts->correction_bias = true;
}

// "intermediate_size" is an expert's width here, "intermediate_size_mlp" that of dense layers.
void finish_llama4(HfValues& values, Shape& shape) {
  shape.kind = "llama4";
  Experts experts;
  experts.ffn = values.number({"intermediate_size"}, 8192, kHfMostWidth, 1);
  shape.ffn = values.number({"intermediate_size_mlp"}, 16384, kHfMostWidth, 1);
  experts.count = values.number({"num_local_experts"}, 16, kHfMostExperts, 1);
  experts.used = values.number({"num_experts_per_tok"}, 1, experts.count, 1);
  experts.shared_count = 1;
  experts.shared_ffn = experts.ffn;
  experts.interval = values.number({"interleave_moe_layer_step"}, 1, kHfMostLayers, 1);
  shape.experts = experts;
  shape.sliding_window = values.number({"attention_chunk_size"}, 8192, kHfMostContext);
  if (shape.sliding_window > 0) {
    take_window_pattern(values, shape, 4, "chunked");
    if (!shape.swa_pattern.empty()) shape.swa_pattern += " (NoPE)";
  }
}

void finish_dbrx(HfValues& values, Shape& shape) {
  if (const JsonNode* node = values.object("attn_config")) {
    HfValues attention = values.inside(*node);
    shape.kv_heads = attention.number({"kv_n_heads"}, 1, kHfMostWidth, 1);
    values.adopt(attention);
  }
  if (const JsonNode* node = values.object("ffn_config")) {
    HfValues ffn = values.inside(*node);
    Experts experts;
    experts.ffn = ffn.number({"ffn_hidden_size"}, 3584, kHfMostWidth, 1);
    experts.count = ffn.number({"moe_num_experts"}, 4, kHfMostExperts, 1);
    experts.used = ffn.number({"moe_top_k"}, 1, experts.count, 1);
    shape.ffn = experts.ffn;
    shape.experts = experts;
    values.adopt(ffn);
  }
}

void finish_gpt_oss(HfValues& /*values*/, Shape& shape) {
  if (shape.experts) shape.experts->router_bias = shape.experts->expert_bias = true;
}

void finish_qwen2_moe(HfValues& /*values*/, Shape& shape) {
  if (shape.experts) shape.experts->shared_gate = true;
}

void finish_minimax(HfValues& values, Shape& shape) {
  if (shape.experts) shape.experts->correction_bias = values.flag({"use_routing_bias"}, true);
  if (!values.flag({"use_qk_norm"}, true)) shape.qk_norm = shape.qk_norm_full = false;
}

}  // namespace weighin::catalogue
