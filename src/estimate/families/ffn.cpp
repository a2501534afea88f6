// Which tensors does a feed-forward layer have, dense or a mixture of experts?
#include <utility>

#include "estimate/tensors.hpp"

namespace weighin {
namespace {

void add_dense(const Shape& s, std::int32_t layer, TensorList& list) {
  const std::int64_t width = s.hidden, ffn = s.ffn;
  if (ffn <= 0) return;
  if (s.fused_ffn && s.gated_ffn) {
    list.matrix("ffn_up.weight", layer, Role::ffn_up, width, 2 * ffn);
  } else {
    if (s.gated_ffn) list.matrix("ffn_gate.weight", layer, Role::ffn_gate, width, ffn);
    list.matrix("ffn_up.weight", layer, Role::ffn_up, width, ffn);
  }
  list.matrix("ffn_down.weight", layer, Role::ffn_down, ffn, width);
  if (s.ffn_bias) {
    list.vector("ffn_up.bias", layer, s.gated_ffn ? 2 * ffn : ffn);
    list.vector("ffn_down.bias", layer, width);
  }
  if (s.sub_norms) list.vector("ffn_sub_norm.weight", layer, ffn);
}

void add_experts(const Shape& s, std::int32_t layer, TensorList& list) {
  const Experts& e = *s.experts;
  const std::int64_t width = e.latent > 0 ? e.latent : s.hidden;
  list.small("ffn_gate_inp.weight", layer, s.hidden, e.count);
  if (e.router_bias) list.vector("ffn_gate_inp.bias", layer, e.count);
  if (e.correction_bias || s.kind == "lfm2") list.vector("exp_probs_b.bias", layer, e.count);
  if (e.latent > 0) {
    list.matrix("ffn_latent_down.weight", layer, Role::other_matrix, s.hidden, width);
    list.matrix("ffn_latent_up.weight", layer, Role::other_matrix, width, s.hidden);
  }
  if (s.gated_ffn)
    list.matrix("ffn_gate_exps.weight", layer, Role::ffn_gate, width, e.ffn, e.count, true);
  list.matrix("ffn_up_exps.weight", layer, Role::ffn_up, width, e.ffn, e.count, true);
  list.matrix("ffn_down_exps.weight", layer, Role::ffn_down, e.ffn, width, e.count, true);
  if (e.expert_bias) {
    for (const auto& [name, size] :
         {std::pair<std::string_view, std::int64_t>{"ffn_gate_exps.bias", e.ffn},
          {"ffn_up_exps.bias", e.ffn},
          {"ffn_down_exps.bias", width}}) {
      list.small(name, layer, size, e.count);
      list.back().expert = true;
    }
  }
  if (e.shared_ffn > 0) {
    if (s.gated_ffn)
      list.matrix("ffn_gate_shexp.weight", layer, Role::ffn_gate, s.hidden, e.shared_ffn);
    list.matrix("ffn_up_shexp.weight", layer, Role::ffn_up, s.hidden, e.shared_ffn);
    list.matrix("ffn_down_shexp.weight", layer, Role::ffn_down, e.shared_ffn, s.hidden);
    if (e.shared_gate || s.linear) list.vector("ffn_gate_inp_shexp.weight", layer, s.hidden);
  }
}

}  // namespace

void add_ffn(const Shape& s, std::int32_t layer, TensorList& list) {
  const bool mixture = is_expert_layer(s, layer);
  if (!mixture && s.ffn <= 0) return;  // Mamba has none
  const bool post_only = s.architecture == "olmo2";
  if (s.norm_weight && s.norms_per_layer >= 2 && !post_only) {
    // The same norm under four names.
    const bool after_attention =
        s.architecture == "gpt-oss" || s.architecture == "glm4moe" || s.kind == "qwen_hybrid";
    const bool falcon = s.architecture == "falcon";
    list.vector(falcon                  ? "attn_norm_2.weight"
                : !s.ffn_layers.empty() ? "attn_norm.weight"
                : after_attention       ? "post_attention_norm.weight"
                                        : "ffn_norm.weight",
                layer, s.hidden);
    if (s.norm_bias) list.vector(falcon ? "attn_norm_2.bias" : "ffn_norm.bias", layer, s.hidden);
  }
  if (mixture) {
    add_experts(s, layer, list);
  } else {
    add_dense(s, layer, list);
  }
  if (s.activation_weights > 0) {
    list.vector("ffn_act.weight", layer, s.activation_weights);
    list.back().in_file = false;  // a GGUF file has them among its metadata
  }
  if (s.norm_weight && (s.norms_per_layer >= 4 || s.kind == "gemma3n" || post_only))
    list.vector("post_ffw_norm.weight", layer, s.hidden);
}

}  // namespace weighin
