// In which fields do two shapes differ?
#pragma once

#include <fmt/format.h>

#include <string>

#include "weighin/catalogue.hpp"

namespace weighin::test {

/// "hidden 2048, not 4096; experts.count 8, not 0"; empty where all is the same. `ignored` is a
/// list of fields between spaces that need not agree: " pooler context_max ".
inline std::string difference(const Shape& is, const Shape& wanted, std::string_view ignored = {}) {
  std::string text;
  const auto compare = [&](std::string_view name, const auto& a, const auto& b) {
    if (a == b || ignored.find(fmt::format(" {} ", name)) != std::string_view::npos) return;
    text += fmt::format("{}{} {}, not {}", text.empty() ? "" : "; ", name, a, b);
  };
  const auto join = [](const std::vector<std::int64_t>& layers) {
    std::string all;
    for (const std::int64_t layer : layers) all += fmt::format("{} ", layer);
    return all;
  };
#define WEIGHIN_COMPARE(field) compare(#field, is.field, wanted.field)
  WEIGHIN_COMPARE(kind);
  WEIGHIN_COMPARE(architecture);
  WEIGHIN_COMPARE(layers);
  WEIGHIN_COMPARE(decoder_layers);
  WEIGHIN_COMPARE(hidden);
  WEIGHIN_COMPARE(ffn);
  WEIGHIN_COMPARE(vocab);
  WEIGHIN_COMPARE(heads);
  WEIGHIN_COMPARE(kv_heads);
  WEIGHIN_COMPARE(head_dim);
  WEIGHIN_COMPARE(context_max);
  WEIGHIN_COMPARE(tied_embeddings);
  WEIGHIN_COMPARE(gated_ffn);
  WEIGHIN_COMPARE(fused_qkv);
  WEIGHIN_COMPARE(fused_ffn);
  WEIGHIN_COMPARE(qkv_bias);
  WEIGHIN_COMPARE(attention_output_bias);
  WEIGHIN_COMPARE(ffn_bias);
  WEIGHIN_COMPARE(output_bias);
  WEIGHIN_COMPARE(qk_norm);
  WEIGHIN_COMPARE(qk_norm_full);
  WEIGHIN_COMPARE(norms_per_layer);
  WEIGHIN_COMPARE(norm_weight);
  WEIGHIN_COMPARE(norm_bias);
  WEIGHIN_COMPARE(embedding_norm);
  WEIGHIN_COMPARE(sub_norms);
  WEIGHIN_COMPARE(attention_sinks);
  WEIGHIN_COMPARE(activation_weights);
  WEIGHIN_COMPARE(positions);
  WEIGHIN_COMPARE(token_types);
  WEIGHIN_COMPARE(embedding_width);
  WEIGHIN_COMPARE(shared_layers);
  WEIGHIN_COMPARE(pooler);
  WEIGHIN_COMPARE(relative_buckets);
  WEIGHIN_COMPARE(mel_bins);
  WEIGHIN_COMPARE(audio_positions);
  WEIGHIN_COMPARE(embedding_stored_twice);
  WEIGHIN_COMPARE(file_vocab);
  WEIGHIN_COMPARE(sliding_window);
  WEIGHIN_COMPARE(swa_pattern);
  WEIGHIN_COMPARE(kv_layers);
  WEIGHIN_COMPARE(kv_swa_layers);
  WEIGHIN_COMPARE(kv_shared_layers);
  WEIGHIN_COMPARE(wide_shared_ffn);
  WEIGHIN_COMPARE(global_head_dim);
  WEIGHIN_COMPARE(global_kv_heads);
  WEIGHIN_COMPARE(per_layer_embedding);
  WEIGHIN_COMPARE(per_layer_vocab);
  WEIGHIN_COMPARE(full_attention_interval);
  WEIGHIN_COMPARE(rope_factors);
  WEIGHIN_COMPARE(short_conv);
  WEIGHIN_COMPARE(multi_token_layers);
  WEIGHIN_COMPARE(tokenizer);
  compare("attention_layers", join(is.attention_layers), join(wanted.attention_layers));
  const Experts no_experts;
  const LatentAttention no_latent;
  const StateSpace no_state;
  const LinearAttention no_linear;
  const Experts &ea = is.experts ? *is.experts : no_experts,
                &eb = wanted.experts ? *wanted.experts : no_experts;
  const LatentAttention &la = is.latent ? *is.latent : no_latent,
                        &lb = wanted.latent ? *wanted.latent : no_latent;
  const StateSpace &sa = is.state_space ? *is.state_space : no_state,
                   &sb = wanted.state_space ? *wanted.state_space : no_state;
  const LinearAttention &na = is.linear ? *is.linear : no_linear,
                        &nb = wanted.linear ? *wanted.linear : no_linear;
#define WEIGHIN_COMPARE_PART(part, a, b, field) compare(#part "." #field, a.field, b.field)
  WEIGHIN_COMPARE_PART(experts, ea, eb, count);
  WEIGHIN_COMPARE_PART(experts, ea, eb, used);
  WEIGHIN_COMPARE_PART(experts, ea, eb, ffn);
  WEIGHIN_COMPARE_PART(experts, ea, eb, shared_count);
  WEIGHIN_COMPARE_PART(experts, ea, eb, shared_ffn);
  WEIGHIN_COMPARE_PART(experts, ea, eb, leading_dense);
  WEIGHIN_COMPARE_PART(experts, ea, eb, interval);
  WEIGHIN_COMPARE_PART(experts, ea, eb, router_bias);
  WEIGHIN_COMPARE_PART(experts, ea, eb, expert_bias);
  WEIGHIN_COMPARE_PART(experts, ea, eb, correction_bias);
  WEIGHIN_COMPARE_PART(experts, ea, eb, shared_gate);
  WEIGHIN_COMPARE_PART(latent, la, lb, q_lora_rank);
  WEIGHIN_COMPARE_PART(latent, la, lb, kv_lora_rank);
  WEIGHIN_COMPARE_PART(latent, la, lb, qk_nope_head_dim);
  WEIGHIN_COMPARE_PART(latent, la, lb, qk_rope_head_dim);
  WEIGHIN_COMPARE_PART(latent, la, lb, v_head_dim);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, inner);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, state);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, conv);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, dt_rank);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, groups);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, heads);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, head_dim);
  WEIGHIN_COMPARE_PART(state_space, sa, sb, normed);
  const TimeMix no_mix;
  const TimeMix &ma = is.time_mix ? *is.time_mix : no_mix,
                &mb = wanted.time_mix ? *wanted.time_mix : no_mix;
  WEIGHIN_COMPARE_PART(time_mix, ma, mb, head_size);
  WEIGHIN_COMPARE_PART(time_mix, ma, mb, decay_rank);
  WEIGHIN_COMPARE_PART(time_mix, ma, mb, iclr_rank);
  WEIGHIN_COMPARE_PART(time_mix, ma, mb, value_rank);
  WEIGHIN_COMPARE_PART(time_mix, ma, mb, gate_rank);
  WEIGHIN_COMPARE_PART(linear, na, nb, k_heads);
  WEIGHIN_COMPARE_PART(linear, na, nb, v_heads);
  WEIGHIN_COMPARE_PART(linear, na, nb, k_dim);
  WEIGHIN_COMPARE_PART(linear, na, nb, v_dim);
  WEIGHIN_COMPARE_PART(linear, na, nb, conv);
#undef WEIGHIN_COMPARE
#undef WEIGHIN_COMPARE_PART
  return text;
}

}  // namespace weighin::test
