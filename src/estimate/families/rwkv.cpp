// Which tensors does RWKV-7 have?
//
// llama.cpp src/models/rwkv7.cpp; which of them stay as they are: src/llama-quant.cpp, and 32 bits
// in conversion/base.py.
#include "estimate/tensors.hpp"

namespace weighin {

bool add_rwkv7(const Shape& s, TensorList& list) {
  if (!s.time_mix) return false;
  const TimeMix& mix = *s.time_mix;
  const std::int64_t width = s.hidden;
  const auto both = [&](std::string_view weight, std::string_view bias, std::int32_t layer) {
    list.vector(weight, layer, width);
    list.vector(bias, layer, width);
  };
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  both("token_embd_norm.weight", "token_embd_norm.bias", -1);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    both("attn_norm.weight", "attn_norm.bias", layer);
    both("attn_norm_2.weight", "attn_norm_2.bias", layer);
    // Matrices of low rank, down and up again.
    const auto low_rank = [&](std::string_view zero, std::string_view down, std::string_view up,
                              std::int64_t rank, Role role) {
      if (!zero.empty()) list.vector(zero, layer, width);
      list.matrix(down, layer, role, width, rank);
      list.matrix(up, layer, role, rank, width);
    };
    low_rank("time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight", mix.decay_rank,
             Role::keep_f32);
    low_rank("time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight", mix.iclr_rank,
             Role::keep_source);
    // The first layer has nothing to mix values with; files hold a copy that nobody reads.
    low_rank("time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight",
             layer == 0 ? mix.iclr_rank : mix.value_rank, Role::keep_source);
    if (layer == 0) list.uncount_last(3);
    low_rank("", "time_mix_g1.weight", "time_mix_g2.weight", mix.gate_rank, Role::keep_source);
    // In files the six stand in a fourth dimension: eight bytes more in the record.
    list.small("time_mix_lerp_fused.weight", layer, width, 1, 6);
    for (const char* name : {"time_mix_k_k.weight", "time_mix_k_a.weight", "time_mix_r_k.weight"})
      list.vector(name, layer, width);
    for (const char* name : {"time_mix_key.weight", "time_mix_value.weight",
                             "time_mix_receptance.weight", "time_mix_output.weight"}) {
      list.matrix(name, layer, Role::other_matrix, width, width);
    }
    both("time_mix_ln.weight", "time_mix_ln.bias", layer);
    list.small("channel_mix_lerp_k.weight", layer, width, 1, 1);
    list.back().dimensions = 3;
    list.matrix("channel_mix_key.weight", layer, Role::other_matrix, width, s.ffn);
    list.matrix("channel_mix_value.weight", layer, Role::other_matrix, s.ffn, width);
  }
  both("output_norm.weight", "output_norm.bias", -1);
  list.matrix("output.weight", -1, Role::output, width, s.vocab);
  return true;
}

}  // namespace weighin
