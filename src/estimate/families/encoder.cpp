// Which tensors do BERT and its kind have?
#include "estimate/tensors.hpp"

namespace weighin {

bool add_encoder(const Shape& s, TensorList& list) {
  const std::int64_t width = s.hidden;
  const std::int64_t embedded = s.embedding_width > 0 ? s.embedding_width : width;
  const bool modern = s.kind == "modernbert";
  const auto norm = [&](std::string_view weight, std::string_view bias, std::int32_t layer,
                        std::int64_t size) {
    list.vector(weight, layer, size);
    if (s.norm_bias) list.vector(bias, layer, size);
  };
  list.matrix("token_embd.weight", -1, Role::token_embedding, embedded, s.vocab);
  if (s.token_types > 0) list.small("token_types.weight", -1, embedded, s.token_types);
  if (s.positions > 0) {
    list.small("position_embd.weight", -1, embedded, s.positions);
    if (s.context_max > 0 && s.positions > s.context_max) {
      // RoBERTa's first rows stand for padding; a GGUF file leaves them out.
      list.back().in_file = false;
      list.small("position_embd.weight", -1, embedded, s.context_max);
      list.back().counted = false;
    }
  }
  norm("token_embd_norm.weight", "token_embd_norm.bias", -1, embedded);
  if (embedded != width) {
    list.matrix("token_embd_proj.weight", -1, Role::other_matrix, embedded, width);
    list.vector("token_embd_proj.bias", -1, width);
  }
  const std::int64_t q = s.heads * s.head_dim, kv = s.kv_heads * s.head_dim;
  for (std::int32_t layer = 0; layer < (s.shared_layers ? 1 : s.layers); ++layer) {
    if (s.fused_qkv || modern) {
      list.matrix("attn_qkv.weight", layer, Role::attention_qkv, width, q + 2 * kv);
      if (s.qkv_bias) list.vector("attn_qkv.bias", layer, q + 2 * kv);
    } else {
      list.matrix("attn_q.weight", layer, Role::attention_q, width, q);
      list.matrix("attn_k.weight", layer, Role::attention_k, width, kv);
      list.matrix("attn_v.weight", layer, Role::attention_v, width, kv);
      if (s.qkv_bias) {
        list.vector("attn_q.bias", layer, q);
        list.vector("attn_k.bias", layer, kv);
        list.vector("attn_v.bias", layer, kv);
      }
    }
    list.matrix("attn_output.weight", layer, Role::attention_output, q, width);
    if (s.attention_output_bias) list.vector("attn_output.bias", layer, width);
    // ModernBERT norms before, and its first layer not at all; BERT norms after.
    if (!modern || layer > 0)
      norm(modern ? "attn_norm.weight" : "attn_output_norm.weight", "attn_output_norm.bias", layer,
           width);
    if (s.gated_ffn && !modern) list.matrix("ffn_gate.weight", layer, Role::ffn_gate, width, s.ffn);
    list.matrix("ffn_up.weight", layer, Role::ffn_up, width,
                s.gated_ffn && modern ? 2 * s.ffn : s.ffn);
    list.matrix("ffn_down.weight", layer, Role::ffn_down, s.ffn, width);
    if (s.ffn_bias) {
      list.vector("ffn_up.bias", layer, s.ffn);
      list.vector("ffn_down.bias", layer, width);
    }
    norm(modern ? "ffn_norm.weight" : "layer_output_norm.weight", "layer_output_norm.bias", layer,
         width);
  }
  if (modern) norm("output_norm.weight", "output_norm.bias", -1, width);
  if (s.pooler) {
    // Part of the checkpoint; GGUF files of encoders leave it out.
    list.matrix("pooler.weight", -1, Role::other_matrix, width, width);
    list.back().in_file = false;
    list.vector("pooler.bias", -1, width);
    list.back().in_file = false;
  }
  return true;
}

}  // namespace weighin
