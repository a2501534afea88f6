// What does one model take under one plan, part by part?
#include "weighin/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "estimate/file_size.hpp"
#include "estimate/footprint.hpp"
#include "estimate/mix.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// Libraries, stacks and small allocations of the engine's process (llama.cpp v0.5.0, resident after
// start).
constexpr Bytes kProcessBytes = 7 * kMiB;

Error overflow(const ModelSpec& model) {
  return Error{ErrorKind::usage, fmt::format("{}: sizes beyond what can be counted", model.name),
               "", "check the plan's numbers"};
}

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

// Sums of one group of tensors, for the list of parts.
struct Group {
  const char* name;
  Bytes bytes = 0;
  std::int64_t weights = 0;
  std::vector<std::pair<const WeightFormat*, Bytes>> formats;
};

void add_to_group(std::vector<Group>& groups, const char* name, const Tensor& tensor,
                  const WeightFormat* format, Bytes bytes) {
  auto found = std::find_if(groups.begin(), groups.end(),
                            [&](const Group& each) { return each.name == name; });
  if (found == groups.end()) {
    groups.push_back({name, 0, 0, {}});
    found = groups.end() - 1;
  }
  found->bytes += bytes;
  found->weights += tensor.elements();
  auto type = std::find_if(found->formats.begin(), found->formats.end(),
                           [&](const auto& each) { return each.first == format; });
  if (type == found->formats.end()) {
    found->formats.emplace_back(format, bytes);
  } else {
    type->second += bytes;
  }
}

std::string how_of(const Group& group) {
  std::string types;
  for (const auto& [format, bytes] : group.formats)
    types += fmt::format("{}{}", types.empty() ? "" : " + ", format->name);
  return fmt::format("{} weights as {}", group.weights, types);
}

// What one token reads of this tensor: nothing of a table that is only looked up, the used share of
// experts.
Bytes read_per_token(const Shape& shape, const Tensor& tensor, Bytes bytes, bool tied) {
  if (tensor.role == Role::per_layer_embedding) return 0;
  if (tensor.role == Role::token_embedding && !tied) return 0;
  if (tensor.expert && shape.experts) return bytes / shape.experts->count * shape.experts->used;
  return bytes;
}

void add_work(TokenWork& work, std::string_view format, Bytes bytes, std::int64_t weights) {
  if (bytes <= 0) return;
  auto found = std::find_if(work.formats.begin(), work.formats.end(),
                            [&](const FormatWork& each) { return each.format == format; });
  if (found == work.formats.end()) {
    work.formats.push_back({std::string(format), 0, 0, 0});
    found = work.formats.end() - 1;
  }
  found->bytes += bytes;
  found->weights += weights;
  found->matrices += 1;
}

struct Weights {
  Bytes file_bytes = 0;    // data, each tensor aligned to 32
  Bytes loaded_bytes = 0;  // model buffers
  Bytes largest_bytes = 0;
  Bytes adapter_bytes = 0;
  std::vector<Bytes> layer_bytes;
  Bytes outside_bytes = 0;  // embedding
  Bytes output_bytes = 0;
};

}  // namespace

Result<Estimate> estimate(const ModelSpec& model, const Plan& asked) {
  if (model.hosted_only) {
    return Error{ErrorKind::usage,
                 fmt::format("{} is not downloadable: no weights are published", model.name), "",
                 "choose an open model: weighin models list"};
  }
  Plan plan = asked;
  const Result<Done> checked = check_plan(plan);
  if (!checked) return checked.error();
  if (!model.shape) {
    return Error{ErrorKind::usage, fmt::format("{}: its architecture is not known", model.name), "",
                 "nothing can be computed without it"};
  }
  Estimate result;
  result.model = model;
  if (model.context_max && plan.context > *model.context_max) {
    if (plan.context != Plan{}.context) {
      return Error{ErrorKind::usage,
                   fmt::format("{} takes {} tokens of context at most, not {}", model.name,
                               *model.context_max, plan.context),
                   "--context", fmt::format("--context {}", *model.context_max)};
    }
    plan.context = *model.context_max;
    result.notes.push_back(fmt::format("context {}: the model takes no more", plan.context));
  }
  result.plan = plan;
  Shape shape = *model.shape;
  if (shape.file_vocab > 0) shape.vocab = shape.file_vocab;  // files leave the unused rows out
  const auto tensors = tensors_of(shape);
  const Mix* mix = find_mix(plan.format);
  if (!tensors || mix == nullptr) {
    return Error{
        ErrorKind::usage,
        fmt::format("{}: no list of tensors is known for its kind \"{}\"", model.name, shape.kind),
        "", "nothing can be computed without it"};
  }
  result.plan.format = std::string(mix->name);
  const std::vector<const WeightFormat*> types =
      types_of(shape, *tensors, *mix, plan.importance_matrix);

  Weights weights;
  const std::size_t layers = static_cast<std::size_t>(std::max(shape.layers, shape.decoder_layers));
  weights.layer_bytes.assign(layers, 0);
  const bool tied = std::none_of(tensors->begin(), tensors->end(),
                                 [](const Tensor& each) { return each.role == Role::output; });
  std::vector<Group> groups;
  std::int64_t stored_weights = 0;
  for (std::size_t i = 0; i < tensors->size(); ++i) {
    const Tensor& tensor = (*tensors)[i];
    if (!tensor.in_file) continue;
    const WeightFormat* format = types[i];
    const auto rows = checked_multiply(tensor.size[1], tensor.size[2]);
    const auto bytes =
        format != nullptr && rows ? format_bytes(*format, tensor.size[0], *rows) : std::nullopt;
    const auto sum = bytes ? checked_add(weights.loaded_bytes, *bytes) : std::nullopt;
    if (!sum) return overflow(model);
    weights.loaded_bytes = *sum;
    weights.file_bytes += (*bytes + 31) / 32 * 32;
    weights.largest_bytes = std::max(weights.largest_bytes, *bytes);
    stored_weights += tensor.elements();
    if (tensor.layer >= 0) {
      weights.layer_bytes[static_cast<std::size_t>(tensor.layer)] += *bytes;
    } else if (tensor.role == Role::output) {
      weights.output_bytes += *bytes;
    } else {
      weights.outside_bytes += *bytes;
    }
    const bool linear = tensor.layer >= 0 && tensor.role != Role::keep_f32 &&
                        tensor.role != Role::keep_source && tensor.size[2] == 1;
    if (plan.lora_rank > 0 && linear)
      weights.adapter_bytes += 2 * plan.lora_rank * (tensor.size[0] + tensor.size[1]);
    add_to_group(groups, group_of(tensor), tensor, format, *bytes);
    const Bytes read = read_per_token(shape, tensor, *bytes, tied);
    add_work(result.token, format->name, read,
             tensor.elements() == 0 ? 0
                                    : static_cast<std::int64_t>(
                                          static_cast<double>(read) / static_cast<double>(*bytes) *
                                          static_cast<double>(tensor.elements())));
  }

  const HeaderSize header = header_size(shape, *tensors);
  result.download_bytes = Known<Bytes>::of(
      weights.file_bytes + header.total(), "sum over all tensors, header and tokenizer",
      KnownBy::computed, header.tokenizer_measured ? Confidence::high : Confidence::medium);
  if (!header.tokenizer_measured)
    result.notes.push_back("the tokenizer's size is taken from another of its make");
  result.bits_per_weight = stored_weights > 0 ? 8.0 * static_cast<double>(*result.download_bytes) /
                                                    static_cast<double>(stored_weights)
                                              : 0.0;

  const auto cache = kv_cache(shape, plan);
  const auto state = recurrent_state_bytes(shape, plan.parallel);
  const auto compute = compute_buffer(shape, plan);
  if (!cache || !state || !compute) {
    if (!cache && find_weight_format(plan.kv_type) != nullptr) {
      return Error{
          ErrorKind::usage,
          fmt::format("{}: its KV rows are no whole blocks of {}", model.name, plan.kv_type),
          "--kv-type", "use --kv-type f16"};
    }
    return overflow(model);
  }
  MemoryNeed& memory = result.memory;
  memory.weights_bytes = weights.loaded_bytes;
  memory.kv_cache_bytes = cache->total_bytes;
  memory.state_bytes = *state;
  memory.compute_bytes = compute->bytes;
  memory.output_bytes = output_buffer_bytes(shape, plan);
  memory.adapter_bytes = weights.adapter_bytes;
  memory.runtime_bytes = kProcessBytes + tokenizer_heap_bytes(shape);
  memory.total_bytes = 0;
  for (const Bytes part :
       {memory.weights_bytes, memory.kv_cache_bytes, memory.state_bytes, memory.compute_bytes,
        memory.output_bytes, memory.adapter_bytes, memory.runtime_bytes}) {
    const auto sum = checked_add(memory.total_bytes, part);
    if (!sum) return overflow(model);
    memory.total_bytes = *sum;
  }

  for (const Group& group : groups)
    result.parts.push_back({fmt::format("weights: {}", group.name), group.bytes, how_of(group)});
  if (cache->total_bytes > 0) {
    std::string how =
        fmt::format("{} cells x {} bytes ({})", cache->cells, cache->bytes_per_cell, plan.kv_type);
    if (cache->bytes_per_sliding_cell > 0) {
      how = cache->bytes_per_cell > 0
                ? how + fmt::format(" + {} x {} of sliding layers", cache->sliding_cells,
                                    cache->bytes_per_sliding_cell)
                : fmt::format("{} cells x {} bytes of sliding layers ({})", cache->sliding_cells,
                              cache->bytes_per_sliding_cell, plan.kv_type);
    }
    result.parts.push_back({"KV cache", cache->total_bytes, how});
  }
  if (*state > 0)
    result.parts.push_back(
        {"recurrent state", *state, fmt::format("{} sequences, 32 bits", plan.parallel)});
  result.parts.push_back({"compute buffer", compute->bytes, compute->how});
  result.parts.push_back({"output buffer", memory.output_bytes,
                          fmt::format("{} sequences x {} x 4 bytes", plan.parallel,
                                      memory.output_bytes / 4 / plan.parallel)});
  if (memory.adapter_bytes > 0)
    result.parts.push_back(
        {"LoRA adapter", memory.adapter_bytes,
         fmt::format("rank {} on all linear matrices, 16 bits", plan.lora_rank)});
  result.parts.push_back({"process", memory.runtime_bytes, "tokenizer and libraries"});

  result.token.kv_bytes_per_cell = cache->bytes_per_cell;
  result.token.kv_bytes_sliding_per_cell = cache->bytes_per_sliding_cell;
  result.token.sliding_window = shape.sliding_window;
  result.token.state_bytes = *state / plan.parallel;
  result.token.layers = shape.layers;
  result.largest_tensor_bytes = weights.largest_bytes;

  // A split: the last layers go to the GPU first, the output with the layer after the last.
  const std::int64_t wanted =
      plan.gpu_layers < 0 ? shape.layers + 1 : std::min(plan.gpu_layers, shape.layers + 1);
  if (wanted > 0) {
    const std::int64_t first =
        std::max<std::int64_t>(0, shape.layers - (wanted > shape.layers ? shape.layers : wanted));
    for (std::int64_t layer = first; layer < static_cast<std::int64_t>(layers); ++layer) {
      const std::size_t at = static_cast<std::size_t>(layer);
      result.gpu_bytes +=
          weights.layer_bytes[at] + (at < cache->layer_bytes.size() ? cache->layer_bytes[at] : 0);
    }
    if (wanted > shape.layers)
      result.gpu_bytes += tied ? weights.outside_bytes : weights.output_bytes;
    result.gpu_bytes += compute->bytes;
  }
  result.host_bytes = memory.total_bytes - result.gpu_bytes;

  const bool assumed = model.known_by == KnownBy::assumed;
  result.known_by = assumed ? KnownBy::assumed : KnownBy::computed;
  if (assumed) result.notes.push_back("the architecture is the class's reference: assumed");
  if (shape.architecture.empty())
    result.notes.push_back(
        "llama.cpp itself does not load this kind of model: sizes of its weights only");
  // What it rests on decides the width: the architecture itself, or only a size.
  const double total = static_cast<double>(memory.total_bytes);
  result.total_bytes_range =
      assumed ? Range{0.85 * total, total, 1.15 * total} : Range{0.99 * total, total, 1.02 * total};
  return result;
}

}  // namespace weighin
