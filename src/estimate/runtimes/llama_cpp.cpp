// What does a model take in llama.cpp, part by part?
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "estimate/file_size.hpp"
#include "estimate/footprint.hpp"
#include "estimate/mix.hpp"
#include "estimate/offload.hpp"
#include "estimate/own_tensors.hpp"
#include "estimate/residency.hpp"
#include "estimate/runtimes/runtime.hpp"
#include "estimate/tensor_lines.hpp"
#include "estimate/tensors.hpp"
#include "estimate/weights.hpp"

namespace weighin {
namespace {

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
  if (!model.shape) return "llama.cpp's architecture for it is not known";
  if (model.shape && model.shape->architecture.empty())
    return fmt::format("llama.cpp does not load models of the kind \"{}\"", model.shape->kind);
  return "";
}

// What of the process there is before anything is loaded: a driver's context on each GPU. Ollama
// keeps as much back (cudaMinimumMemory, rocmMinimumMemory in discover/types.go of
// https://github.com/ollama/ollama); ours is assumed, not measured.
constexpr Bytes kGpuContextBytes = 457 * kMiB;

std::string how_of_cache(const Shape& shape, const Plan& plan, const KvCache& cache) {
  std::int64_t full = 0, sliding = 0;
  const auto layers = static_cast<std::int64_t>(cache.layer_bytes.size());
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    if (cache.layer_bytes[static_cast<std::size_t>(layer)] == 0) continue;
    (is_sliding_layer(shape, layer) ? sliding : full) += 1;
  }
  const auto term = [&](std::int64_t cells, std::int64_t count, Bytes bytes, bool windowed) {
    std::string text = fmt::format("{} cells x {}{} layers x {} bytes", cells, count,
                                   windowed ? " sliding" : "", bytes / count);
    if (shape.latent && !is_decompressed(shape)) {
      text += fmt::format(" (one latent vector of {} + {})", shape.latent->kv_lora_rank,
                          shape.latent->qk_rope_head_dim);
    } else if (!shape.latent) {
      const bool global = !windowed && shape.global_head_dim > 0;
      text +=
          fmt::format(" ({} heads x {} for keys, the same for values)",
                      global && shape.global_kv_heads > 0 ? shape.global_kv_heads : shape.kv_heads,
                      global ? shape.global_head_dim : shape.head_dim);
    }
    return text;
  };
  std::string how = plan.kv_type + ": ";
  if (full > 0) how += term(cache.cells, full, cache.bytes_per_cell, false);
  if (sliding > 0) {
    how += (full > 0 ? " + " : "") +
           term(cache.sliding_cells, sliding, cache.bytes_per_sliding_cell, true);
  }
  return how;
}

// Cache, state and buffers of a shape that is known, on the CPU alone.
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
    estimate.parts.push_back({"KV cache", cache->total_bytes, how_of_cache(shape, plan, *cache)});
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
  token.values = compute->values;
  token.value_bytes = compute->value_bytes;
  fill_attention_work(shape, token);
  return *cache;
}

Part* part_of(Estimate& estimate, std::string_view what) {
  for (Part& part : estimate.parts) {
    if (part.what == what) return &part;
  }
  return nullptr;
}

// Deals the layers out: what was said of the CPU alone becomes a sum over all places.
Result<Done> split(const Shape& shape, const Weights& weights, const KvCache& cache,
                   Estimate& estimate) {
  MemoryNeed& memory = estimate.memory;
  const auto places = offload(shape, estimate.plan, weights, cache, memory.state_bytes);
  if (!places) return overflow_of(estimate.model);
  estimate.work_shares = places->work;
  estimate.activation_bytes = 4 * shape.hidden;
  Bytes compute = places->host.compute_bytes, held = places->host.weights_bytes;
  std::string how = fmt::format("{} in system memory", text_binary(compute));
  std::size_t used = 0;
  for (std::size_t i = 0; i < places->gpus.size(); ++i) {
    const Held& gpu = places->gpus[i];
    const Bytes context = gpu.total() > 0 ? kGpuContextBytes : 0;
    used += gpu.total() > 0 ? 1 : 0;
    estimate.gpu_split_bytes.push_back(gpu.total() + context);
    estimate.gpu_bytes += gpu.total() + context;
    memory.gpu_context_bytes += context;
    compute += gpu.compute_bytes;
    held += gpu.weights_bytes;
    how += fmt::format(", {} on GPU {}", text_binary(gpu.compute_bytes), i);
  }
  if (Part* part = part_of(estimate, "compute buffer")) {
    part->bytes = compute;
    part->how = how;
  }
  memory.compute_bytes = compute;
  if (held > memory.weights_bytes) {
    estimate.parts.push_back({"weights: second table", held - memory.weights_bytes,
                              "tied embeddings: looked up in one place, multiplied in another"});
    memory.weights_bytes = held;
  }
  if (memory.projector_bytes > 0 && used > 0) {  // the engine puts it on the first GPU
    estimate.gpu_split_bytes.front() += memory.projector_bytes;
    estimate.gpu_bytes += memory.projector_bytes;
  }
  // The pages of what went to the GPUs are unmapped after loading (unmap_fragment).
  Residency& kept = estimate.residency;
  kept.mapped_bytes = places->host.weights_bytes;
  kept.anonymous_bytes = places->host.cache_bytes + places->host.compute_bytes +
                         memory.output_bytes + memory.adapter_bytes + memory.runtime_bytes +
                         (used > 0 ? 0 : memory.projector_bytes);
  kept.working_set_bytes = kept.anonymous_bytes + kept.mapped_bytes;
  if (memory.gpu_context_bytes > 0) {
    estimate.parts.push_back(
        {"GPU context", memory.gpu_context_bytes,
         fmt::format("{} x {}, assumed", used, text_binary(kGpuContextBytes))});
  }
  return Done{};
}

void fill_residency(const Shape& shape, const Weights& weights, Estimate& estimate) {
  const MemoryNeed& memory = estimate.memory;
  const auto kept =
      residency(shape, estimate.plan, memory, weights.plain_bytes - weights.twice_bytes,
                weights.repacked_bytes, weights.file_bytes);
  if (kept) estimate.residency = *kept;
}

// The tensors: the file's own, or those that the architecture and the format make.
Result<std::vector<StoredTensor>> tensors_for(const Shape* shape, const Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  if (is_own_format(model, estimate.plan)) {
    auto own = own_tensors(*model.file);
    if (!own) return overflow_of(model);
    return std::move(*own);
  }
  const auto unknown = [&](const std::string& what) {
    return Error{ErrorKind::usage, fmt::format("{}: {}", model.name, what), "",
                 "nothing can be computed without it"};
  };
  if (shape == nullptr) return unknown("its architecture is not known");
  const auto tensors = tensors_of(*shape);
  const Mix* mix = find_mix(estimate.plan.format);
  if (!tensors || mix == nullptr)
    return unknown(fmt::format("no list of tensors is known for its kind \"{}\"", shape->kind));
  auto stored =
      stored_tensors(*tensors, types_of(*shape, *tensors, *mix, estimate.plan.importance_matrix));
  if (!stored) return overflow_of(model);
  return std::move(*stored);
}

// Of a file its own size; else the sum of all that a file would hold.
void fill_download(const Shape* shape, const std::vector<StoredTensor>& stored,
                   const Weights& weights, Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  if (is_own_format(model, estimate.plan)) {
    const bool whole = std::none_of(model.file->parts.begin(), model.file->parts.end(),
                                    [](const FilePart& part) { return part.missing; });
    estimate.download_bytes =
        whole ? Known<Bytes>::of(model.file->total_bytes, "size of the file", KnownBy::reported,
                                 Confidence::high)
              : Known<Bytes>::unknown(Status::error, "parts of the file are missing");
  } else if (shape != nullptr) {
    std::vector<Tensor> tensors;
    tensors.reserve(stored.size());
    for (const StoredTensor& each : stored) tensors.push_back(each.tensor);
    const HeaderSize header = header_size(*shape, tensors);
    estimate.download_bytes = Known<Bytes>::of(
        weights.file_bytes + header.total(), "sum over all tensors, header and tokenizer",
        KnownBy::computed, header.tokenizer_measured ? Confidence::high : Confidence::medium);
    if (!header.tokenizer_measured)
      estimate.notes.push_back("the tokenizer's size is taken from another of its make");
  }
  if (weights.stored_weights > 0) {
    estimate.bits_per_weight =
        8.0 * static_cast<double>(estimate.download_bytes.value_or(weights.file_bytes)) /
        static_cast<double>(weights.stored_weights);
  }
}

std::optional<Shape> shape_in_files(const ModelSpec& model) {
  std::optional<Shape> shape = model.shape;
  if (shape && shape->file_vocab > 0)
    shape->vocab = shape->file_vocab;  // files leave the unused rows out
  return shape;
}

Result<Explanation> take_apart(const Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  const std::optional<Shape> shape = shape_in_files(model);
  const auto stored = tensors_for(shape ? &*shape : nullptr, estimate);
  if (!stored) return stored.error();
  Explanation all;
  all.tensors = tensor_lines(shape.value_or(Shape{}), *stored, estimate.plan);
  Bytes data = 0, aligned = 0;
  std::vector<Tensor> tensors;
  for (const StoredTensor& each : *stored) {
    data += each.bytes;
    aligned += (each.bytes + 31) / 32 * 32;
    tensors.push_back(each.tensor);
  }
  all.download.push_back({"tensor data", data, fmt::format("{} tensors", stored->size())});
  if (is_own_format(model, estimate.plan)) {
    all.download.push_back(
        {"headers and padding", model.file->total_bytes - data,
         fmt::format("all else in {} of the file's parts", model.file->parts.size())});
  } else if (shape) {
    const HeaderSize header = header_size(*shape, tensors);
    all.download.push_back({"padding", aligned - data, "each tensor begins at a multiple of 32"});
    all.download.push_back(
        {"tensor records", header.records_bytes, "name, shape, type and offset"});
    all.download.push_back({"tokenizer", header.tokenizer_bytes,
                            fmt::format("{} tokens ({}), {}", shape->vocab, shape->tokenizer,
                                        header.tokenizer_measured ? "measured" : "like its kin")});
    all.download.push_back({"keys", header.metadata_bytes, "hyperparameters, general keys"});
    const Bytes rest =
        header.total() - header.records_bytes - header.tokenizer_bytes - header.metadata_bytes;
    if (rest > 0) all.download.push_back({"padding of the header", rest, "to a multiple of 32"});
  }
  return all;
}

Result<Done> fill(Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  const bool split_up = estimate.plan.gpu_layers != 0;
  // Beside a GPU the engine keeps what stays behind as the file has it.
  if (split_up) estimate.plan.repack = "none";
  const std::optional<Shape> shape = shape_in_files(model);
  const Shape* known = shape ? &*shape : nullptr;
  const auto stored = tensors_for(known, estimate);
  if (!stored) return stored.error();
  const auto weights = weigh(shape.value_or(Shape{}), *stored, estimate.plan);
  if (!weights) return overflow_of(model);
  fill_download(known, *stored, *weights, estimate);
  MemoryNeed& memory = estimate.memory;
  memory.weights_bytes = weights->loaded_bytes();
  memory.adapter_bytes = weights->adapter_bytes;
  memory.projector_bytes = estimate.plan.projector_bytes;
  memory.runtime_bytes = process_bytes(shape.value_or(Shape{}));
  estimate.largest_tensor_bytes = weights->largest_bytes;
  estimate.token.formats = weights->work;
  for (const WeightGroup& group : weights->groups)
    estimate.parts.push_back({fmt::format("weights: {}", group.name), group.bytes, group.how()});
  if (known != nullptr) {
    const Result<KvCache> cache = fill_buffers(*known, estimate);
    if (!cache) return cache.error();
    if (split_up) {
      const Result<Done> dealt = split(*known, *weights, *cache, estimate);
      if (!dealt) return dealt;
    } else {
      fill_residency(*known, *weights, estimate);
    }
  } else {
    // Cache and buffers cannot be told: a tenth of the weights at best, half of them at worst.
    const double held = static_cast<double>(memory.weights_bytes + memory.runtime_bytes);
    estimate.total_bytes_range = {held, 1.1 * held, 1.5 * held};
    estimate.notes.push_back("its architecture is not known: KV cache and buffers are not counted");
    estimate.residency.mapped_bytes = weights->file_bytes;
    estimate.residency.anonymous_bytes = weights->repacked_bytes + memory.runtime_bytes;
    estimate.residency.working_set_bytes = memory.weights_bytes + memory.runtime_bytes;
  }
  if (!split_up) estimate.residency.repacked_bytes = weights->repacked_bytes;
  if (memory.adapter_bytes > 0) {
    estimate.parts.push_back(
        {"LoRA adapter", memory.adapter_bytes,
         fmt::format("rank {} on {}, 16 bits", estimate.plan.lora_rank,
                     estimate.plan.lora_targets == "all" ? "all linear matrices"
                                                         : estimate.plan.lora_targets)});
  }
  if (memory.projector_bytes > 0)
    estimate.parts.push_back({"projector", memory.projector_bytes, "its file"});
  estimate.parts.push_back({"process", memory.runtime_bytes, "tokenizer and libraries"});
  return Done{};
}

}  // namespace

extern const Runtime llama_cpp_runtime;
const Runtime llama_cpp_runtime{"llama.cpp", formats, find_format, check,
                                why_not,     fill,    take_apart};

}  // namespace weighin
