// Which tensors does an attention layer have?
//
// Names and shapes as llama.cpp's model loaders ask for them (src/models/*.cpp).
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

void add_latent(const Shape& s, std::int32_t layer, TensorList& list) {
  const LatentAttention& a = *s.latent;
  const std::int64_t q = s.heads * (a.qk_nope_head_dim + a.qk_rope_head_dim);
  if (a.q_lora_rank > 0) {
    list.matrix("attn_q_a.weight", layer, Role::other_matrix, s.hidden, a.q_lora_rank);
    list.vector("attn_q_a_norm.weight", layer, a.q_lora_rank);
    list.matrix("attn_q_b.weight", layer, Role::other_matrix, a.q_lora_rank, q);
  } else {
    list.matrix("attn_q.weight", layer, Role::attention_q, s.hidden, q);
  }
  list.matrix("attn_kv_a_mqa.weight", layer, Role::other_matrix, s.hidden,
              a.kv_lora_rank + a.qk_rope_head_dim);
  list.vector("attn_kv_a_norm.weight", layer, a.kv_lora_rank);
  if (is_decompressed(s)) {
    list.matrix("attn_kv_b.weight", layer, Role::attention_kv_b, a.kv_lora_rank,
                s.heads * (a.qk_nope_head_dim + a.v_head_dim));
  } else {
    list.matrix("attn_k_b.weight", layer, Role::other_matrix, a.qk_nope_head_dim, a.kv_lora_rank,
                s.heads);
    list.matrix("attn_v_b.weight", layer, Role::other_matrix, a.kv_lora_rank, a.v_head_dim,
                s.heads);
  }
  list.matrix("attn_output.weight", layer, Role::attention_output, s.heads * a.v_head_dim,
              s.hidden);
  if (!has_indexer(s, layer)) return;
  list.vector("indexer.k_norm.weight", layer, a.indexer_head_dim);
  list.vector("indexer.k_norm.bias", layer, a.indexer_head_dim);
  list.matrix("indexer.proj.weight", layer, Role::other_matrix, s.hidden, a.indexer_heads);
  list.matrix("indexer.attn_k.weight", layer, Role::other_matrix, s.hidden, a.indexer_head_dim);
  list.matrix("indexer.attn_q_b.weight", layer, Role::other_matrix, a.q_lora_rank,
              a.indexer_heads * a.indexer_head_dim);
}

}  // namespace

void add_attention(const Shape& s, std::int32_t layer, TensorList& list) {
  const std::int64_t width = s.hidden;
  const bool post_only = s.architecture == "olmo2";  // OLMo 2 and 3 norm after, not before
  if (s.norm_weight && !post_only) {
    list.vector("attn_norm.weight", layer, width);
    if (s.norm_bias) list.vector("attn_norm.bias", layer, width);
  }
  if (s.latent) {
    add_latent(s, layer, list);
  } else {
    const std::int64_t q = s.heads * s.head_dim;
    const std::int64_t kv = s.kv_heads * s.head_dim;
    // Qwen3-Next's query carries a gate of its own size.
    const std::int64_t q_rows = s.linear ? 2 * q : q;
    if (s.fused_qkv) {
      list.matrix("attn_qkv.weight", layer, Role::attention_qkv, width, q + 2 * kv);
      if (s.qkv_bias) list.vector("attn_qkv.bias", layer, q + 2 * kv);
    } else {
      list.matrix("attn_q.weight", layer, Role::attention_q, width, q_rows);
      list.matrix("attn_k.weight", layer, Role::attention_k, width, kv);
      list.matrix("attn_v.weight", layer, Role::attention_v, width, kv);
      if (s.qkv_bias) {
        list.vector("attn_q.bias", layer, q);
        list.vector("attn_k.bias", layer, kv);
        list.vector("attn_v.bias", layer, kv);
      }
    }
    list.matrix("attn_output.weight", layer, Role::attention_output, q, width);
    // LFM2, Gemma 3n and Qwen3-Next always norm queries and keys, head by head.
    if (s.qk_norm || s.kind == "lfm2" || s.kind == "gemma3n" || s.linear) {
      if (s.architecture == "command-r") {  // a norm of its own for each head
        list.small("attn_q_norm.weight", layer, s.head_dim, s.heads);
        list.small("attn_k_norm.weight", layer, s.head_dim, s.kv_heads);
      } else {
        list.vector("attn_q_norm.weight", layer, s.qk_norm_full ? q : s.head_dim);
        list.vector("attn_k_norm.weight", layer, s.qk_norm_full ? kv : s.head_dim);
      }
    }
  }
  if (s.attention_output_bias) list.vector("attn_output.bias", layer, width);
  if (s.attention_sinks) list.vector("attn_sinks.weight", layer, s.heads);
  if (s.sub_norms) list.vector("attn_sub_norm.weight", layer, s.heads * s.head_dim);
  if (s.norm_weight && (s.norms_per_layer >= 4 || s.kind == "gemma3n" || post_only))
    list.vector("post_attention_norm.weight", layer, width);
}

}  // namespace weighin
