// What does a model take in llama.cpp, part by part?
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "estimate/file_size.hpp"
#include "estimate/footprint.hpp"
#include "estimate/mix.hpp"
#include "estimate/runtimes/runtime.hpp"
#include "estimate/tensors.hpp"
#include "estimate/weights.hpp"

namespace weighin {
namespace {

// Libraries, stacks and small allocations of the engine's process (llama.cpp v0.5.0, resident after
// start).
constexpr Bytes kProcessBytes = 7 * kMiB;

std::vector<std::string> formats() {
  std::vector<std::string> names;
  for (const Mix& mix : mixes()) names.emplace_back(mix.name);
  return names;
}

std::string find_format(std::string_view word) {
  const Mix* mix = find_mix(word);
  return mix == nullptr ? std::string() : std::string(mix->name);
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Result<Done> check(const Plan& plan) {
  std::string type = plan.kv_type;
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(kv_types().begin(), kv_types().end(), type) == kv_types().end()) {
    return Error{ErrorKind::usage, fmt::format("unknown type of KV cache \"{}\"", plan.kv_type),
                 "--kv-type", "one of " + list_of(kv_types())};
  }
  const bool quantized = type != "f32" && type != "f16" && type != "bf16";
  if (quantized && plan.flash_attn == "off") {
    // llama.cpp refuses to load so: "V cache quantization requires flash_attn".
    return Error{ErrorKind::usage, fmt::format("a V cache of {} needs flash attention", type),
                 "--kv-type with --flash-attn off", "use --flash-attn auto, or --kv-type f16"};
  }
  return Done{};
}

std::string why_not(const ModelSpec& model) {
  if (model.shape && model.shape->architecture.empty())
    return fmt::format("llama.cpp does not load models of the kind \"{}\"", model.shape->kind);
  return "";
}

// Cache, state and buffers of a shape that is known.
Result<KvCache> fill_buffers(const Shape& shape, Estimate& estimate) {
  const Plan& plan = estimate.plan;
  MemoryNeed& memory = estimate.memory;
  auto cache = kv_cache(shape, plan);
  const auto state = recurrent_state_bytes(shape, plan.parallel);
  const auto compute = compute_buffer(shape, plan);
  if (!cache || !state || !compute) {
    if (!cache && find_weight_format(plan.kv_type) != nullptr) {
      return Error{ErrorKind::usage,
                   fmt::format("{}: its KV rows are no whole blocks of {}", estimate.model.name,
                               plan.kv_type),
                   "--kv-type", "use --kv-type f16"};
    }
    return overflow_of(estimate.model);
  }
  memory.kv_cache_bytes = cache->total_bytes;
  memory.state_bytes = *state;
  memory.compute_bytes = compute->bytes;
  memory.output_bytes = output_buffer_bytes(shape, plan);
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
    estimate.parts.push_back({"KV cache", cache->total_bytes, how});
  }
  if (*state > 0) {
    estimate.parts.push_back(
        {"recurrent state", *state, fmt::format("{} sequences, 32 bits", plan.parallel)});
  }
  estimate.parts.push_back({"compute buffer", compute->bytes, compute->how});
  estimate.parts.push_back({"output buffer", memory.output_bytes,
                            fmt::format("{} sequences x {} x 4 bytes", plan.parallel,
                                        memory.output_bytes / 4 / plan.parallel)});
  TokenWork& token = estimate.token;
  token.kv_bytes_per_cell = cache->bytes_per_cell;
  token.kv_bytes_sliding_per_cell = cache->bytes_per_sliding_cell;
  token.sliding_window = shape.sliding_window;
  token.state_bytes = *state / plan.parallel;
  token.layers = shape.layers;
  return *cache;
}

// A split: the last layers go to the GPU first, the output with the layer after the last.
void split(const Shape& shape, const Weights& weights, const KvCache& cache, Estimate& estimate) {
  const std::int64_t asked = estimate.plan.gpu_layers;
  const std::int64_t wanted = asked < 0 ? shape.layers + 1 : std::min(asked, shape.layers + 1);
  if (wanted <= 0) return;
  const std::int64_t first = std::max<std::int64_t>(0, shape.layers - wanted);
  for (std::size_t at = static_cast<std::size_t>(first); at < weights.layer_bytes.size(); ++at) {
    estimate.gpu_bytes +=
        weights.layer_bytes[at] + (at < cache.layer_bytes.size() ? cache.layer_bytes[at] : 0);
  }
  if (wanted > shape.layers)
    estimate.gpu_bytes += weights.tied ? weights.outside_bytes : weights.output_bytes;
  estimate.gpu_bytes += estimate.memory.compute_bytes;
}

Result<Done> fill(Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  const Plan& plan = estimate.plan;
  if (!model.shape) {
    return Error{ErrorKind::usage, fmt::format("{}: its architecture is not known", model.name), "",
                 "nothing can be computed without it"};
  }
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
  const auto stored =
      stored_tensors(*tensors, types_of(shape, *tensors, *mix, plan.importance_matrix));
  const auto weights = stored ? weigh(shape, *stored, plan) : std::nullopt;
  if (!weights) return overflow_of(model);

  const HeaderSize header = header_size(shape, *tensors);
  estimate.download_bytes = Known<Bytes>::of(
      weights->file_bytes + header.total(), "sum over all tensors, header and tokenizer",
      KnownBy::computed, header.tokenizer_measured ? Confidence::high : Confidence::medium);
  if (!header.tokenizer_measured)
    estimate.notes.push_back("the tokenizer's size is taken from another of its make");
  if (weights->stored_weights > 0) {
    estimate.bits_per_weight = 8.0 * static_cast<double>(*estimate.download_bytes) /
                               static_cast<double>(weights->stored_weights);
  }
  MemoryNeed& memory = estimate.memory;
  memory.weights_bytes = weights->loaded_bytes();
  memory.adapter_bytes = weights->adapter_bytes;
  memory.runtime_bytes = kProcessBytes + tokenizer_heap_bytes(shape);
  estimate.largest_tensor_bytes = weights->largest_bytes;
  estimate.token.formats = weights->work;
  for (const WeightGroup& group : weights->groups)
    estimate.parts.push_back({fmt::format("weights: {}", group.name), group.bytes, group.how()});
  const Result<KvCache> cache = fill_buffers(shape, estimate);
  if (!cache) return cache.error();
  if (memory.adapter_bytes > 0) {
    estimate.parts.push_back(
        {"LoRA adapter", memory.adapter_bytes,
         fmt::format("rank {} on all linear matrices, 16 bits", plan.lora_rank)});
  }
  estimate.parts.push_back({"process", memory.runtime_bytes, "tokenizer and libraries"});
  split(shape, *weights, *cache, estimate);
  return Done{};
}

}  // namespace

extern const Runtime llama_cpp_runtime;
const Runtime llama_cpp_runtime{"llama.cpp", formats, find_format, check, why_not, fill};

}  // namespace weighin
