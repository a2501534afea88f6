// What do a model's tensors add up to: in a file, in memory, for one token?
#include "estimate/weights.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace weighin {
namespace {

const char* group_of(const Tensor& tensor) {
  switch (tensor.role) {
    case Role::token_embedding:
      return "token embedding";
    case Role::per_layer_embedding:
      return "per-layer embedding";
    case Role::output:
      return "output";
    case Role::attention_q:
    case Role::attention_k:
    case Role::attention_v:
    case Role::attention_qkv:
    case Role::attention_kv_b:
    case Role::attention_output:
      return "attention";
    case Role::ffn_gate:
    case Role::ffn_up:
    case Role::ffn_down:
      return tensor.expert ? "experts" : "feed-forward";
    case Role::other_matrix:
    case Role::keep_source:
      return "other matrices";
    case Role::keep_f32:
      return "norms, biases, routers";
  }
  return "other matrices";
}

void add_to_group(std::vector<WeightGroup>& groups, const StoredTensor& stored, Bytes bytes) {
  const char* name = group_of(stored.tensor);
  auto found = std::find_if(groups.begin(), groups.end(),
                            [&](const WeightGroup& each) { return each.name == name; });
  if (found == groups.end()) {
    groups.push_back({name, 0, 0, {}});
    found = groups.end() - 1;
  }
  found->bytes += bytes;
  found->weights += stored.weights;
  if (std::find(found->types.begin(), found->types.end(), stored.type) == found->types.end())
    found->types.push_back(stored.type);
}

// What one token reads of this tensor: nothing of a table that is only looked up, the used share of
// experts.
Bytes read_per_token(const Shape& shape, const StoredTensor& stored, bool tied) {
  const Tensor& tensor = stored.tensor;
  if (tensor.role == Role::per_layer_embedding) return 0;
  if (tensor.role == Role::token_embedding && !tied) return 0;
  if (tensor.expert && shape.experts && shape.experts->count > 0)
    return stored.bytes / shape.experts->count * shape.experts->used;
  return stored.bytes;
}

void add_work(std::vector<FormatWork>& work, const StoredTensor& stored, Bytes read) {
  if (read <= 0) return;
  const bool output = stored.tensor.layer < 0;
  auto found = std::find_if(work.begin(), work.end(), [&](const FormatWork& each) {
    return each.format == stored.type && each.experts == stored.tensor.expert &&
           each.output == output;
  });
  if (found == work.end()) {
    work.push_back({std::string(stored.type), 0, 0, 0, stored.tensor.expert, output});
    found = work.end() - 1;
  }
  found->bytes += read;
  found->weights +=
      static_cast<std::int64_t>(static_cast<double>(read) / static_cast<double>(stored.bytes) *
                                static_cast<double>(stored.weights));
  found->matrices += 1;
}

// The words of Plan::lora_targets. A fused matrix holds what any of its parts would change.
std::string_view target_of(Role role) {
  switch (role) {
    case Role::attention_q:
      return "q";
    case Role::attention_k:
      return "k";
    case Role::attention_v:
      return "v";
    case Role::attention_qkv:
      return "qkv";
    case Role::attention_output:
      return "o";
    case Role::ffn_gate:
      return "gate";
    case Role::ffn_up:
      return "up";
    case Role::ffn_down:
      return "down";
    default:
      return "";
  }
}

bool is_adapted(const Tensor& tensor, std::string_view targets) {
  const bool linear = tensor.layer >= 0 && tensor.role != Role::keep_f32 &&
                      tensor.role != Role::keep_source && tensor.size[2] == 1;
  if (!linear || targets == "all") return linear;
  const std::string_view own = target_of(tensor.role);
  while (!targets.empty() && !own.empty()) {
    const std::size_t comma = std::min(targets.find(','), targets.size());
    if (own.find(targets.substr(0, comma)) != std::string_view::npos && comma > 0) return true;
    targets.remove_prefix(std::min(comma + 1, targets.size()));
  }
  return false;
}

bool is_input(const Tensor& tensor) {
  return tensor.role == Role::token_embedding || tensor.role == Role::per_layer_embedding ||
         tensor.name.starts_with("position_embd") || tensor.name.starts_with("token_types");
}

}  // namespace

std::string WeightGroup::how() const {
  std::string names;
  for (const std::string_view type : types)
    names += fmt::format("{}{}", names.empty() ? "" : " + ", type);
  return fmt::format("{} weights as {}", weights, names);
}

std::optional<std::vector<StoredTensor>> stored_tensors(
    const std::vector<Tensor>& tensors, const std::vector<const WeightFormat*>& types) {
  std::vector<StoredTensor> stored;
  stored.reserve(tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& tensor = tensors[i];
    if (!tensor.in_file) continue;
    const WeightFormat* format = types[i];
    const auto rows = checked_multiply(tensor.size[1], tensor.size[2]);
    const auto bytes =
        format != nullptr && rows ? format_bytes(*format, tensor.size[0], *rows) : std::nullopt;
    const auto weights = rows ? checked_multiply(*rows, tensor.size[0]) : std::nullopt;
    if (!bytes || !weights) return std::nullopt;
    stored.push_back({tensor, format->name, format, *bytes, *weights});
  }
  return stored;
}

TableUse table_use(const Shape& shape, const std::vector<StoredTensor>& stored) {
  const bool tied = std::none_of(stored.begin(), stored.end(), [](const StoredTensor& each) {
    return each.tensor.role == Role::output;
  });
  if (!tied) return TableUse::table;
  return shape.architecture == "gemma3n" || shape.architecture == "gemma4" ? TableUse::loaded_twice
                                                                           : TableUse::output_too;
}

LoadedTensor placed(const StoredTensor& stored, CpuLayout layout, TableUse use) {
  const bool output_too = use != TableUse::table && stored.tensor.role == Role::token_embedding;
  LoadedTensor place{stored.bytes, 0};
  // A type that the engine has no layout for lies as in the file.
  if (stored.format != nullptr)
    place = loaded(stored.tensor, *stored.format, stored.bytes, layout, output_too);
  if (output_too && use == TableUse::loaded_twice && place.repacked_bytes == 0)
    place.plain_bytes = checked_add(place.plain_bytes, stored.bytes).value_or(place.plain_bytes);
  // TENSOR_ALIGNMENT of ggml/src/ggml-impl.h.
  place.plain_bytes = checked_add(place.plain_bytes, (32 - place.plain_bytes % 32) % 32)
                          .value_or(place.plain_bytes);
  return place;
}

std::optional<Bytes> adapter_bytes(const Tensor& tensor, const Plan& plan) {
  if (plan.lora_rank <= 0 || !is_adapted(tensor, plan.lora_targets)) return 0;
  // Two matrices of 16 bits: rank x inputs, outputs x rank.
  const auto width = checked_add(tensor.size[0], tensor.size[1]);
  return width ? checked_multiply(*width, 2 * plan.lora_rank) : std::nullopt;
}

std::optional<Weights> weigh(const Shape& shape, const std::vector<StoredTensor>& stored,
                             const Plan& plan) {
  Weights weights;
  const CpuLayout layout = cpu_layout(plan.repack);
  weights.layer_bytes.assign(
      static_cast<std::size_t>(std::max({shape.layers, shape.decoder_layers, std::int64_t{0}})), 0);
  weights.layer_largest_bytes = weights.layer_bytes;
  const TableUse use = table_use(shape, stored);
  weights.tied = use != TableUse::table;
  for (const StoredTensor& each : stored) {
    const Tensor& tensor = each.tensor;
    const LoadedTensor place = placed(each, layout, use);
    const auto in_memory = checked_add(place.plain_bytes, place.repacked_bytes);
    const auto sum = in_memory ? checked_add(weights.loaded_bytes(), *in_memory) : std::nullopt;
    const auto in_file = checked_add(weights.file_bytes, each.bytes);
    const auto count = checked_add(weights.stored_weights, each.weights);
    if (!sum || !in_file || !count) return std::nullopt;
    const auto aligned = checked_add(*in_file, (32 - each.bytes % 32) % 32);
    if (!aligned) return std::nullopt;
    weights.plain_bytes += place.plain_bytes;
    const bool twice = use == TableUse::loaded_twice && place.repacked_bytes == 0 &&
                       tensor.role == Role::token_embedding;
    if (twice) weights.twice_bytes += each.bytes;
    weights.repacked_bytes += place.repacked_bytes;
    weights.file_bytes = *aligned;
    weights.stored_bytes += each.bytes;
    weights.stored_weights = *count;
    weights.largest_bytes = std::max(weights.largest_bytes, each.bytes);
    if (tensor.layer >= 0 && static_cast<std::size_t>(tensor.layer) < weights.layer_bytes.size()) {
      weights.layer_bytes[static_cast<std::size_t>(tensor.layer)] += *in_memory;
      Bytes& largest = weights.layer_largest_bytes[static_cast<std::size_t>(tensor.layer)];
      largest = std::max(largest, each.bytes);
    } else if (is_input(tensor)) {
      weights.input_bytes += *in_memory - (twice ? each.bytes : 0);
      if (tensor.role == Role::token_embedding) weights.embedding_bytes += each.bytes;
    } else {
      weights.output_bytes += *in_memory;
    }
    const auto adapter = adapter_bytes(tensor, plan);
    const auto adapters = adapter ? checked_add(weights.adapter_bytes, *adapter) : std::nullopt;
    if (!adapters) return std::nullopt;
    weights.adapter_bytes = *adapters;
    add_to_group(weights.groups, each, *in_memory);
    add_work(weights.work, each, read_per_token(shape, each, weights.tied));
  }
  return weights;
}

}  // namespace weighin
