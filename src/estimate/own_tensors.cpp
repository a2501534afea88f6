// What is each tensor of a model's own GGUF file to the engine?
#include "estimate/own_tensors.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weighin {
namespace {

struct Named {
  std::string_view stem;
  Role role;
};
// What the quantizer and the memory plan tell apart; "_exps" and "_shexp" are cut off before.
constexpr std::array<Named, 17> kRoles{{{"token_embd", Role::token_embedding},
                                        {"per_layer_token_embd", Role::per_layer_embedding},
                                        {"output", Role::output},
                                        {"attn_q", Role::attention_q},
                                        {"cross_attn_q", Role::attention_q},
                                        {"attn_k", Role::attention_k},
                                        {"cross_attn_k", Role::attention_k},
                                        {"attn_v", Role::attention_v},
                                        {"cross_attn_v", Role::attention_v},
                                        {"attn_qkv", Role::attention_qkv},
                                        {"attn_kv_b", Role::attention_kv_b},
                                        {"attn_output", Role::attention_output},
                                        {"attn_o", Role::attention_output},
                                        {"cross_attn_o", Role::attention_output},
                                        {"ffn_gate", Role::ffn_gate},
                                        {"ffn_up", Role::ffn_up},
                                        {"ffn_down", Role::ffn_down}}};
// Small tables of two dimensions that are no matrices to multiply with.
constexpr std::array<std::string_view, 9> kTables{"ffn_gate_inp", "position_embd",  "token_types",
                                                  "ssm_conv1d",   "shortconv.conv", "attn_rel_b",
                                                  "attn_q_norm",  "attn_k_norm",    "ssm_norm"};

bool take_from_end(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

bool take_from_start(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

}  // namespace

Tensor tensor_named(std::string_view name, std::uint8_t dimensions,
                    const std::array<std::int64_t, 4>& size) {
  Tensor tensor;
  tensor.name = name;
  tensor.dimensions = dimensions;
  // The engine has four extents, of which weights use three; a convolution's fourth is one more
  // count of rows.
  tensor.size = {size[0], size[1], checked_multiply(size[2], size[3]).value_or(0)};
  std::string_view rest = name;
  if (!take_from_start(rest, "enc.")) take_from_start(rest, "dec.");
  if (take_from_start(rest, "blk.")) {
    std::int32_t layer = -1;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
    if (error == std::errc{} && layer >= 0 && end != rest.data() + rest.size() && *end == '.') {
      tensor.layer = layer;
      rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
      tensor.name = rest;
    }
  }
  const bool weight = take_from_end(rest, ".weight");
  if (!weight) take_from_end(rest, ".bias");
  tensor.expert =
      dimensions > 1 && (take_from_end(rest, "_exps") || take_from_end(rest, "_chexps"));
  if (!weight || dimensions < 2) return tensor;
  if (std::find(kTables.begin(), kTables.end(), rest) != kTables.end()) return tensor;
  if (!tensor.expert) take_from_end(rest, "_shexp");
  const auto* found = std::find_if(kRoles.begin(), kRoles.end(),
                                   [&](const Named& each) { return each.stem == rest; });
  tensor.role = found == kRoles.end() ? Role::other_matrix : found->role;
  return tensor;
}

std::optional<std::vector<StoredTensor>> own_tensors(const ModelFile& file) {
  std::vector<StoredTensor> stored;
  stored.reserve(file.tensors.size());
  for (const FileTensor& each : file.tensors) {
    StoredTensor one;
    one.tensor = tensor_named(each.name, each.dimensions, each.size);
    one.type = each.type;
    one.format = find_weight_format(each.type);
    one.bytes = each.bytes;
    one.weights = each.weights;
    if (one.tensor.size[2] <= 0 || one.bytes < 0 || one.weights < 0) return std::nullopt;
    stored.push_back(one);
  }
  return stored;
}

}  // namespace weighin
