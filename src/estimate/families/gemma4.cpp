// Which tensors does Gemma 4 have: heads by layer, per-layer embeddings, a mixture?
//
// The counts recomputed from this list equal the published ones of all four models.
#include "estimate/tensors.hpp"

namespace weighin {

bool add_gemma4(const Shape& s, TensorList& list) {
  const std::int64_t width = s.hidden, per_layer = s.per_layer_embedding;
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  if (per_layer > 0) {
    list.matrix("per_layer_token_embd.weight", -1, Role::per_layer_embedding, per_layer * s.layers,
                s.per_layer_vocab);
    list.matrix("per_layer_model_proj.weight", -1, Role::keep_source, width, per_layer * s.layers);
    list.vector("per_layer_proj_norm.weight", -1, per_layer);
  }
  list.vector("rope_freqs.weight", -1, (s.global_head_dim > 0 ? s.global_head_dim : s.head_dim) / 2,
              false);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    const bool full = !is_sliding_layer(s, layer);
    const std::int64_t head_dim = full && s.global_head_dim > 0 ? s.global_head_dim : s.head_dim;
    const std::int64_t kv_heads = full && s.global_kv_heads > 0 ? s.global_kv_heads : s.kv_heads;
    const std::int64_t q = s.heads * head_dim, kv = kv_heads * head_dim;
    list.vector("attn_norm.weight", layer, width);
    list.matrix("attn_q.weight", layer, Role::attention_q, width, q);
    list.matrix("attn_k.weight", layer, Role::attention_k, width, kv);
    // The large models' full-attention layers use their keys as values.
    if (!full || per_layer > 0) list.matrix("attn_v.weight", layer, Role::attention_v, width, kv);
    list.matrix("attn_output.weight", layer, Role::attention_output, q, width);
    list.vector("attn_q_norm.weight", layer, head_dim);
    list.vector("attn_k_norm.weight", layer, head_dim);
    list.vector("post_attention_norm.weight", layer, width);
    list.vector("ffn_norm.weight", layer, width);
    const bool wide = s.wide_shared_ffn && layer >= s.layers - s.kv_shared_layers;
    const std::int64_t ffn = s.ffn * (wide ? 2 : 1);
    list.matrix("ffn_gate.weight", layer, Role::ffn_gate, width, ffn);
    list.matrix("ffn_up.weight", layer, Role::ffn_up, width, ffn);
    list.matrix("ffn_down.weight", layer, Role::ffn_down, ffn, width);
    list.vector("post_ffw_norm.weight", layer, width);
    list.vector("layer_output_scale.weight", layer, 1);
    if (s.experts) {
      const Experts& e = *s.experts;
      list.small("ffn_gate_inp.weight", layer, width, e.count);
      list.vector("ffn_gate_inp.scale", layer, width);
      list.vector("ffn_down_exps.scale", layer, e.count);
      list.matrix("ffn_gate_exps.weight", layer, Role::ffn_gate, width, e.ffn, e.count, true);
      list.matrix("ffn_up_exps.weight", layer, Role::ffn_up, width, e.ffn, e.count, true);
      list.matrix("ffn_down_exps.weight", layer, Role::ffn_down, e.ffn, width, e.count, true);
      list.vector("pre_ffw_norm_2.weight", layer, width);
      list.vector("post_ffw_norm_1.weight", layer, width);
      list.vector("post_ffw_norm_2.weight", layer, width);
    }
    if (per_layer > 0) {
      list.matrix("inp_gate.weight", layer, Role::other_matrix, width, per_layer);
      list.matrix("proj.weight", layer, Role::other_matrix, per_layer, width);
      list.vector("post_norm.weight", layer, width);
    }
  }
  list.vector("output_norm.weight", -1, width);
  return true;
}

}  // namespace weighin
