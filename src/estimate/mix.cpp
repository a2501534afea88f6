// How does llama.cpp's quantizer choose a type for each tensor?
#include "estimate/mix.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace weighin {
namespace {

bool any_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// More bits for the first and the last eighth of the layers, and every third between.
bool use_more_bits(std::int64_t layer, std::int64_t layers) {
  return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}

// What stands in for a type whose blocks a row does not fill.
std::string_view fallback_of(std::string_view type) {
  if (any_of(type, {"Q2_K", "Q3_K", "TQ1_0", "TQ2_0"})) return "Q4_0";
  if (type == "Q4_K") return "Q5_0";
  if (type == "Q5_K") return "Q5_1";
  if (type == "Q6_K") return "Q8_0";
  if (type == "IQ4_NL") return "F16";  // not even 32 weights in a row
  if (type.substr(0, 2) == "IQ") return "IQ4_NL";
  return "F16";
}

// What the rules count while they go through the tensors of one model.
struct Progress {
  const Shape& shape;
  std::string_view mix;
  bool importance_matrix;
  bool has_output;
  std::int64_t gqa;           // query heads for each KV head
  std::int64_t values_total;  // tensors that hold attention's values
  std::int64_t experts;
  bool falcon;
  bool is_70b;
  std::int64_t values_seen = 0;
  std::int64_t downs_seen = 0;
  std::int64_t gates_seen = 0;
  std::int64_t ups_seen = 0;
  // A mixture's layer is read from the tensor's name, a dense model's counted.
  std::int64_t place(const Tensor& tensor, std::int64_t& seen) const {
    const std::int64_t counted = seen++;
    return experts > 1 ? tensor.layer : counted;
  }
};

std::string_view output_type(const Progress& p, std::string_view base, std::int64_t row) {
  const WeightFormat* format = find_weight_format(base);
  if (p.mix == "MXFP4_MOE") return "Q8_0";
  if (p.falcon || (format != nullptr && row % format->block_weights != 0)) return "Q8_0";
  if (any_of(p.mix, {"IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ2_S", "IQ2_M", "IQ1_M"}))
    return "Q5_K";
  return base == "Q8_0" ? base : "Q6_K";
}

std::string_view embedding_type(const Progress& p, std::string_view base) {
  if (any_of(p.mix, {"IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ1_M"})) return "Q2_K";
  if (any_of(p.mix, {"IQ2_S", "IQ2_M", "IQ3_XXS"})) return "IQ3_S";
  if (any_of(p.mix, {"TQ1_0", "TQ2_0"})) return "Q4_K";
  return base;
}

// The mixes of one and two bits have rules of their own.
std::string_view low_bit_type(Progress& p, const Tensor& tensor, std::string_view base) {
  const bool two_bit_s = any_of(p.mix, {"IQ2_S", "IQ2_M"});
  switch (tensor.role) {
    case Role::attention_v:
    case Role::attention_qkv:
    case Role::attention_kv_b:
      ++p.values_seen;
      if (p.gqa >= 4 || p.experts >= 4) return "Q4_K";
      return two_bit_s ? "IQ3_S" : "Q2_K";
    case Role::attention_k:
      return p.experts == 8 ? "Q4_K" : base;
    case Role::ffn_down:
      // The quantizer counts tensors here, not layers: shared and routed experts are two.
      if (p.downs_seen++ < p.shape.layers / 8) return two_bit_s ? "IQ3_S" : "Q2_K";
      return base;
    case Role::attention_output:
      if (p.experts == 8) return "Q5_K";
      if (any_of(p.mix, {"IQ1_S", "IQ1_M"})) return "IQ2_XXS";
      return two_bit_s ? "IQ3_S" : base;
    default:
      return base;
  }
}

std::string_view value_type(Progress& p, std::string_view base) {
  std::string_view type = base;
  const std::int64_t index = p.values_seen++;
  if (p.mix == "Q2_K")
    type = p.gqa >= 4 ? "Q4_K" : "Q3_K";
  else if (p.mix == "Q2_K_S" && p.gqa >= 4)
    type = "Q4_K";
  else if (p.mix == "IQ3_XXS")
    type = p.gqa >= 4 ? "Q4_K" : !p.importance_matrix ? "IQ3_S" : "IQ3_XXS";
  else if (any_of(p.mix, {"IQ3_XS", "IQ3_S"}) && p.gqa >= 4)
    type = "Q4_K";
  else if (p.mix == "IQ3_M")
    type = "Q4_K";
  else if (p.mix == "Q3_K_M")
    type = index < 2 ? "Q5_K" : "Q4_K";
  else if (p.mix == "Q3_K_L")
    type = "Q5_K";
  else if (any_of(p.mix, {"IQ4_NL", "IQ4_XS"}) && p.gqa >= 4)
    type = "Q5_K";
  else if (any_of(p.mix, {"Q4_K_M", "Q5_K_M"}) && use_more_bits(index, p.values_total))
    type = "Q6_K";
  else if (p.mix == "Q4_K_S" && index < 4)
    type = "Q5_K";
  if (p.is_70b && any_of(type, {"Q3_K", "Q4_K"})) type = "Q5_K";
  if (p.experts == 8) type = "Q8_0";
  return type;
}

std::string_view key_or_query_type(const Progress& p, Role role, std::string_view base) {
  if (role == Role::attention_k && p.experts == 8) return "Q8_0";
  if (p.mix == "IQ3_XS") return "IQ3_XXS";
  if (p.mix == "IQ3_XXS") return "IQ2_S";
  return base;
}

std::string_view down_type(const Progress& p, std::int64_t layer, std::string_view base) {
  const std::int64_t layers = p.shape.layers;
  const bool more = use_more_bits(layer, layers);
  const bool first_eighth = layer < layers / 8;
  if (p.mix == "Q2_K") return "Q3_K";
  if (p.mix == "Q2_K_S") return first_eighth ? "Q4_K" : base;
  if (p.mix == "IQ3_XXS" && !p.importance_matrix) return first_eighth ? "Q4_K" : "Q3_K";
  if (p.mix == "Q3_K_M") {
    if (layer < layers / 16) return "Q5_K";
    return !p.falcon || more ? "Q4_K" : "Q3_K";
  }
  if (p.mix == "IQ3_M" && (first_eighth || (p.experts == 8 && more))) return "Q4_K";
  if (p.mix == "Q3_K_L") return p.falcon ? "Q4_K" : "Q5_K";
  if (p.mix == "Q4_K_M") {
    if (p.falcon) return layer < layers / 16 ? "Q6_K" : more ? "Q5_K" : "Q4_K";
    return more ? "Q6_K" : base;
  }
  if (first_eighth && any_of(p.mix, {"IQ4_NL", "IQ4_XS"}) && !p.importance_matrix) return "Q5_K";
  if (p.mix == "Q5_K_M" && more) return "Q6_K";
  if (p.mix == "Q4_K_S" && !p.falcon && first_eighth) return "Q5_K";
  if (p.importance_matrix && first_eighth) {
    if (p.mix == "Q4_0") return "Q4_1";
    if (p.mix == "Q5_0") return "Q5_1";
  }
  return base;
}

std::string_view attention_output_type(const Progress& p, std::string_view base) {
  if (p.falcon) return p.mix == "Q3_K_L" ? "Q4_K" : base;
  if (p.experts == 8) {
    const bool raised = any_of(p.mix, {"Q2_K", "IQ3_XS", "IQ3_XXS", "Q3_K_S", "Q3_K_M", "IQ4_NL",
                                       "Q4_K_S", "Q4_K_M", "IQ3_S", "IQ3_M", "IQ4_XS"});
    return raised ? "Q5_K" : base;
  }
  if (p.mix == "Q2_K") return "Q3_K";
  if (p.mix == "IQ3_XXS") return "IQ3_S";
  if (any_of(p.mix, {"Q3_K_M", "IQ3_M"})) return "Q4_K";
  if (p.mix == "Q3_K_L") return "Q5_K";
  return base;
}

std::string_view quantized_type(Progress& p, const Tensor& tensor, std::string_view base) {
  // Where embeddings are tied, both tables of embeddings count as the output
  // (tensor_category::TOKEN_EMBD).
  const bool embedding =
      tensor.role == Role::token_embedding || tensor.role == Role::per_layer_embedding;
  if (tensor.role == Role::output || (embedding && !p.has_output)) {
    return output_type(p, base, tensor.size[0]);
  }
  if (p.mix == "MXFP4_MOE") return tensor.size[2] > 1 ? "MXFP4" : "Q8_0";
  if (tensor.role == Role::token_embedding || tensor.role == Role::per_layer_embedding)
    return embedding_type(p, base);
  if (any_of(p.mix, {"IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ2_S", "IQ2_M", "IQ1_M"}))
    return low_bit_type(p, tensor, base);
  switch (tensor.role) {
    case Role::attention_v:
    case Role::attention_qkv:  // holds the values too
    case Role::attention_kv_b:
      return value_type(p, base);
    case Role::attention_k:
    case Role::attention_q:
      return key_or_query_type(p, tensor.role, base);
    case Role::ffn_down:
      return down_type(p, p.place(tensor, p.downs_seen), base);
    case Role::attention_output:
      return attention_output_type(p, base);
    case Role::ffn_gate:
    case Role::ffn_up: {
      const std::int64_t layer =
          p.place(tensor, tensor.role == Role::ffn_gate ? p.gates_seen : p.ups_seen);
      const bool middle = layer >= p.shape.layers / 8 && layer < 7 * p.shape.layers / 8;
      return p.mix == "IQ3_XS" && middle ? "IQ3_XXS" : base;
    }
    default:
      return base;
  }
}

const WeightFormat* type_of(Progress& p, const Tensor& tensor, const Mix& mix) {
  const bool plain = any_of(mix.name, {"F32", "F16", "BF16"});
  std::string_view type = mix.base;
  if (tensor.role == Role::keep_f32) {
    type = "F32";
  } else if (tensor.role == Role::keep_source) {
    type = mix.name == "F32" ? "F32" : "F16";
  } else if (tensor.expert && p.shape.architecture == "gpt-oss" && mix.name != "F32") {
    // gpt-oss is published with its experts in MXFP4, and every file keeps them.
    type = "MXFP4";
  } else if (!plain) {
    type = quantized_type(p, tensor, mix.base);
  }
  const WeightFormat* format = find_weight_format(type);
  for (int steps = 0; format != nullptr && tensor.size[0] % format->block_weights != 0 && steps < 4;
       ++steps) {
    format = find_weight_format(fallback_of(format->name));
  }
  return format;
}

// In which order the quantizer goes through the tensors: layer after layer; those of an encoder and
// a decoder by their names as texts, in which layer 10 comes before layer 2.
std::vector<std::size_t> order_of(const Shape& shape, const std::vector<Tensor>& tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (shape.decoder_layers <= 0) return order;
  std::vector<std::string> keys;
  keys.reserve(tensors.size());
  for (const Tensor& tensor : tensors) {
    const std::string name(tensor.name);
    const std::size_t dot = name.find('.');
    keys.push_back(tensor.layer < 0 || dot == std::string::npos
                       ? name
                       : name.substr(0, dot) + ".blk." + std::to_string(tensor.layer) +
                             name.substr(dot));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  return order;
}

}  // namespace

const std::vector<Mix>& mixes() {
  static const std::vector<Mix> kMixes{
      {"F32", "F32"},         {"F16", "F16"},       {"BF16", "BF16"},       {"Q8_0", "Q8_0"},
      {"Q6_K", "Q6_K"},       {"Q5_1", "Q5_1"},     {"Q5_K_M", "Q5_K"},     {"Q5_K_S", "Q5_K"},
      {"Q5_0", "Q5_0"},       {"Q4_1", "Q4_1"},     {"Q4_K_M", "Q4_K"},     {"Q4_K_S", "Q4_K"},
      {"Q4_0", "Q4_0"},       {"IQ4_NL", "IQ4_NL"}, {"MXFP4_MOE", "MXFP4"}, {"IQ4_XS", "IQ4_XS"},
      {"Q3_K_L", "Q3_K"},     {"Q3_K_M", "Q3_K"},   {"IQ3_M", "IQ3_S"},     {"Q3_K_S", "Q3_K"},
      {"IQ3_S", "IQ3_S"},     {"IQ3_XS", "IQ3_S"},  {"IQ3_XXS", "IQ3_XXS"}, {"Q2_K", "Q2_K"},
      {"Q2_K_S", "Q2_K"},     {"IQ2_M", "IQ2_S"},   {"IQ2_S", "IQ2_XS"},    {"IQ2_XS", "IQ2_XS"},
      {"IQ2_XXS", "IQ2_XXS"}, {"TQ2_0", "TQ2_0"},   {"IQ1_M", "IQ1_M"},     {"TQ1_0", "TQ1_0"},
      {"IQ1_S", "IQ1_S"}};
  return kMixes;
}

const Mix* find_mix(std::string_view name) {
  for (const Mix& mix : mixes()) {
    const bool same = mix.name.size() == name.size() &&
                      std::equal(name.begin(), name.end(), mix.name.begin(), [](char a, char b) {
                        return std::toupper(static_cast<unsigned char>(a)) ==
                               std::toupper(static_cast<unsigned char>(b));
                      });
    if (same) return &mix;
  }
  return nullptr;
}

std::vector<const WeightFormat*> types_of(const Shape& shape, const std::vector<Tensor>& tensors,
                                          const Mix& mix, bool importance_matrix) {
  Progress progress{shape, mix.name, importance_matrix, false, 0, 0, 0, false, false};
  for (const Tensor& tensor : tensors) {
    progress.has_output = progress.has_output || tensor.role == Role::output;
    progress.values_total += tensor.role == Role::attention_v ||
                                     tensor.role == Role::attention_qkv ||
                                     tensor.role == Role::attention_kv_b
                                 ? 1
                                 : 0;
  }
  // llama.cpp asks the first layer; where that has no attention there is no ratio.
  // Where every n-th layer attends in full the files name the heads once, for all layers.
  const bool first_attends =
      (is_attention_layer(shape, 0) || shape.full_attention_interval > 0) && shape.kv_heads > 0;
  progress.gqa = first_attends ? (shape.latent ? 1 : shape.heads / shape.kv_heads) : 0;
  progress.experts = shape.experts ? shape.experts->count : 0;
  progress.falcon = shape.architecture == "falcon";
  // LLM_TYPE_70B of src/models/*.cpp.
  progress.is_70b =
      shape.layers == 80 && (shape.architecture == "qwen2" || shape.architecture == "olmo" ||
                             (shape.architecture == "llama" && shape.heads != shape.kv_heads));
  std::vector<const WeightFormat*> types(tensors.size(), nullptr);
  for (const std::size_t at : order_of(shape, tensors))
    types[at] = type_of(progress, tensors[at], mix);
  return types;
}

}  // namespace weighin
