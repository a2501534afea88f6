// Which tensors does a layer without attention have?
#include <algorithm>

#include "estimate/tensors.hpp"

namespace weighin {
namespace {

void add_mamba1(const Shape& s, std::int32_t layer, TensorList& list) {
  const StateSpace& m = *s.state_space;
  list.matrix("ssm_in.weight", layer, Role::other_matrix, s.hidden, 2 * m.inner);
  list.small("ssm_conv1d.weight", layer, m.conv, m.inner);
  list.vector("ssm_conv1d.bias", layer, m.inner);
  list.matrix("ssm_x.weight", layer, Role::other_matrix, m.inner, m.dt_rank + 2 * m.state);
  list.matrix("ssm_dt.weight", layer, Role::other_matrix, m.dt_rank, m.inner);
  list.vector("ssm_dt.bias", layer, m.inner);
  if (s.architecture == "jamba") {
    list.vector("ssm_dt_norm.weight", layer, m.dt_rank);
    list.vector("ssm_b_norm.weight", layer, m.state);
    list.vector("ssm_c_norm.weight", layer, m.state);
  }
  list.small("ssm_a", layer, m.state, m.inner);
  list.vector("ssm_d", layer, m.inner);
  list.matrix("ssm_out.weight", layer, Role::other_matrix, m.inner, s.hidden);
}

void add_mamba2(const Shape& s, std::int32_t layer, TensorList& list) {
  const StateSpace& m = *s.state_space;
  const std::int64_t channels = m.inner + 2 * m.groups * m.state;
  list.matrix("ssm_in.weight", layer, Role::other_matrix, s.hidden, m.inner + channels + m.heads);
  list.small("ssm_conv1d.weight", layer, m.conv, channels);
  list.vector("ssm_conv1d.bias", layer, channels);
  list.vector("ssm_dt.bias", layer, m.heads);
  list.small("ssm_a", layer, 1, m.heads);
  list.small("ssm_d", layer, 1, m.heads);
  list.small("ssm_norm.weight", layer, m.inner / std::max<std::int64_t>(m.groups, 1), m.groups);
  list.matrix("ssm_out.weight", layer, Role::other_matrix, m.inner, s.hidden);
}

void add_short_convolution(const Shape& s, std::int32_t layer, TensorList& list) {
  list.small("shortconv.conv.weight", layer, s.short_conv, s.hidden);
  list.matrix("shortconv.in_proj.weight", layer, Role::other_matrix, s.hidden, 3 * s.hidden);
  list.matrix("shortconv.out_proj.weight", layer, Role::other_matrix, s.hidden, s.hidden);
}

void add_delta_rule(const Shape& s, std::int32_t layer, TensorList& list) {
  const LinearAttention& a = *s.linear;
  const std::int64_t keys = a.k_heads * a.k_dim, values = a.v_heads * a.v_dim;
  list.matrix("attn_qkv.weight", layer, Role::attention_qkv, s.hidden, 2 * keys + values);
  list.matrix("attn_gate.weight", layer, Role::other_matrix, s.hidden, values);
  if (s.architecture == "qwen3next") {
    list.matrix("ssm_ba.weight", layer, Role::other_matrix, s.hidden, 2 * a.v_heads);
  } else {
    list.matrix("ssm_beta.weight", layer, Role::other_matrix, s.hidden, a.v_heads);
    list.matrix("ssm_alpha.weight", layer, Role::other_matrix, s.hidden, a.v_heads);
  }
  list.small("ssm_conv1d.weight", layer, a.conv, 2 * keys + values);
  list.vector("ssm_dt.bias", layer, a.v_heads);
  list.vector("ssm_a", layer, a.v_heads);
  list.vector("ssm_norm.weight", layer, a.v_dim);
  list.matrix("ssm_out.weight", layer, Role::other_matrix, values, s.hidden);
}

}  // namespace

void add_recurrent(const Shape& s, std::int32_t layer, TensorList& list) {
  list.vector("attn_norm.weight", layer, s.hidden);
  if (s.linear) {
    add_delta_rule(s, layer, list);
  } else if (s.short_conv > 0) {
    add_short_convolution(s, layer, list);
  } else if (s.state_space && s.state_space->heads > 0) {
    add_mamba2(s, layer, list);
  } else if (s.state_space) {
    add_mamba1(s, layer, list);
  }
}

}  // namespace weighin
