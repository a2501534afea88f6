// How does a runtime's own converter pack a model's tensors?
#include "estimate/packing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "estimate/footprint.hpp"
#include "estimate/tensor_lines.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

// Which kernel's speed stands for each type.
using Kin = std::map<std::string_view, std::string_view>;

std::optional<std::vector<StoredTensor>> of_shape(const Shape& shape,
                                                  const std::function<Packing(const Tensor&)>& rule,
                                                  Kin& kin) {
  const auto tensors = tensors_of(shape);
  if (!tensors) return std::nullopt;
  std::vector<StoredTensor> stored;
  stored.reserve(tensors->size());
  for (const Tensor& tensor : *tensors) {
    // What only GGUF files hold (tables of rotary factors, second copies) is no part of these.
    if (!tensor.counted) continue;
    const Packing packing = rule(tensor);
    const auto bytes = packed_bytes(packing, tensor);
    if (!bytes) return std::nullopt;
    if (!packing.kin.empty()) kin[packing.type] = packing.kin;
    stored.push_back({tensor, packing.type, nullptr, *bytes, tensor.elements()});
  }
  return stored;
}

// Work by the kernel that does it: two types of one kin are one, but what only some tokens meet
// (the output of a prompt, experts) stays apart from what all do.
std::vector<FormatWork> by_kin(const std::vector<FormatWork>& work, const Kin& kin) {
  std::vector<FormatWork> merged;
  for (const FormatWork& each : work) {
    const auto found = kin.find(each.format);
    const std::string format = found == kin.end() ? each.format : std::string(found->second);
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const FormatWork& other) {
      return other.format == format && other.output == each.output && other.experts == each.experts;
    });
    if (same == merged.end()) {
      merged.push_back(each);
      merged.back().format = format;
    } else {
      same->bytes += each.bytes;
      same->weights += each.weights;
      same->matrices += each.matrices;
    }
  }
  return merged;
}

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

// The names point into the file.
std::vector<StoredTensor> of_file(const ModelFile& file) {
  std::vector<StoredTensor> stored;
  stored.reserve(file.tensors.size());
  for (const FileTensor& each : file.tensors) {
    Tensor tensor;
    tensor.name = each.name;
    tensor.dimensions = each.dimensions;
    tensor.size = {each.size[0], each.size[1], each.size[2]};
    tensor.role = each.dimensions < 2            ? Role::keep_f32
                  : contains(each.name, "embed") ? Role::token_embedding
                                                 : Role::other_matrix;
    stored.push_back({tensor, each.type, nullptr, each.bytes, each.weights});
  }
  return stored;
}

}  // namespace

std::optional<Bytes> packed_bytes(const Packing& packing, const Tensor& tensor) {
  const auto rows = checked_multiply(tensor.size[1], tensor.size[2]);
  if (!rows || tensor.size[0] < 0) return std::nullopt;
  const std::int64_t width = tensor.size[0];
  const std::int64_t group = packing.group < 0 ? std::max<std::int64_t>(width, 1) : packing.group;
  const std::int64_t groups = group == 0 ? 0 : (width + group - 1) / group;
  // Rows of groups are padded to whole groups; others follow each other without gaps.
  const std::int64_t padded = packing.group > 0 ? groups * group : width;
  const auto bits = checked_multiply(padded, packing.bits);
  if (!bits) return std::nullopt;
  const std::int64_t row_bytes = packing.word_values > 0
                                     ? (padded + packing.word_values - 1) / packing.word_values * 4
                                     : (*bits + 7) / 8;
  const auto values = checked_multiply(row_bytes, *rows);
  const auto scales = checked_multiply(groups * packing.scale_bytes, *rows);
  return values && scales ? checked_add(*values, *scales) : std::nullopt;
}

Result<PackedModel> pack(const Estimate& estimate,
                         const std::function<Packing(const Tensor&)>& rule) {
  const ModelSpec& model = estimate.model;
  PackedModel packed;
  Kin kin;
  if (is_own_format(model, estimate.plan)) {
    packed.tensors = of_file(*model.file);
  } else {
    if (!model.shape) {
      return Error{ErrorKind::usage, fmt::format("{}: its architecture is not known", model.name),
                   "", "nothing can be computed without it"};
    }
    auto stored = of_shape(*model.shape, rule, kin);
    if (!stored) {
      return Error{ErrorKind::usage,
                   fmt::format("{}: no list of tensors is known for its kind \"{}\"", model.name,
                               model.shape->kind),
                   "", "nothing can be computed without it"};
    }
    packed.tensors = std::move(*stored);
  }
  Plan plan = estimate.plan;
  plan.repack = "none";
  // What the engine llama.cpp does for one architecture (a table loaded twice) is not done here.
  Shape shape = model.shape.value_or(Shape{});
  shape.architecture.clear();
  auto weights = weigh(shape, packed.tensors, plan);
  if (!weights) return overflow_of(model);
  packed.weights = std::move(*weights);
  packed.weights.work = by_kin(packed.weights.work, kin);
  return packed;
}

void fill_weights(const PackedModel& model, Bytes besides_bytes, Estimate& estimate) {
  const Weights& weights = model.weights;
  const ModelSpec& spec = estimate.model;
  MemoryNeed& memory = estimate.memory;
  memory.weights_bytes = weights.loaded_bytes();
  memory.adapter_bytes = weights.adapter_bytes;
  estimate.largest_tensor_bytes = weights.largest_bytes;
  estimate.token.formats = weights.work;
  if (spec.shape) estimate.token.layers = spec.shape->layers;
  for (const WeightGroup& group : weights.groups) {
    estimate.parts.push_back({fmt::format("weights: {}", group.name), group.bytes, group.how()});
  }
  if (memory.adapter_bytes > 0) {
    estimate.parts.push_back({"LoRA adapter", memory.adapter_bytes,
                              fmt::format("rank {}, 16 bits", estimate.plan.lora_rank)});
  }
  if (is_own_format(spec, estimate.plan)) {
    const bool whole = std::none_of(spec.file->parts.begin(), spec.file->parts.end(),
                                    [](const FilePart& part) { return part.missing; });
    estimate.download_bytes =
        whole ? Known<Bytes>::of(spec.file->total_bytes, "size of the file", KnownBy::reported,
                                 Confidence::high)
              : Known<Bytes>::unknown(Status::error, "parts of the file are missing");
  } else {
    estimate.download_bytes =
        Known<Bytes>::of(weights.stored_bytes + besides_bytes,
                         "sum over all tensors by the runtime's own packing", KnownBy::computed);
  }
  if (weights.stored_weights > 0) {
    estimate.bits_per_weight =
        8.0 * static_cast<double>(estimate.download_bytes.value_or(weights.stored_bytes)) /
        static_cast<double>(weights.stored_weights);
  }
}

Result<Done> fill_full_cache(int value_bytes, bool every_layer, Estimate& estimate) {
  if (!estimate.model.shape) return Done{};
  Shape shape = *estimate.model.shape;
  shape.sliding_window = 0;
  if (every_layer && shape.kind == "qwen_hybrid") shape.full_attention_interval = 1;
  Plan plan = estimate.plan;
  plan.kv_type = value_bytes == 4 ? "f32" : "f16";
  estimate.plan.kv_type = plan.kv_type;
  const auto cache = kv_cache(shape, plan);
  const auto state = recurrent_state_bytes(*estimate.model.shape, plan.parallel);
  if (!cache || !state) return overflow_of(estimate.model);
  estimate.memory.kv_cache_bytes = cache->total_bytes;
  estimate.memory.state_bytes = *state;
  estimate.token.kv_bytes_per_cell = cache->bytes_per_cell;
  estimate.token.state_bytes = *state / plan.parallel;
  if (cache->total_bytes > 0) {
    estimate.parts.push_back({"KV cache", cache->total_bytes,
                              fmt::format("{} tokens x {} bytes in {} bits, no windows",
                                          cache->cells, cache->bytes_per_cell, 8 * value_bytes)});
  }
  if (*state > 0) estimate.parts.push_back({"recurrent state", *state, "32 bits"});
  return Done{};
}

void set_range(double low, double high, Estimate& estimate) {
  const MemoryNeed& memory = estimate.memory;
  double total = 0;
  for (const Bytes part :
       {memory.weights_bytes, memory.kv_cache_bytes, memory.state_bytes, memory.compute_bytes,
        memory.output_bytes, memory.adapter_bytes, memory.projector_bytes, memory.draft_bytes,
        memory.gpu_context_bytes, memory.runtime_bytes})
    total += static_cast<double>(part);
  if (estimate.basis == Basis::size) {
    low = std::min(low, 0.85);
    high = std::max(high, 1.15);
  }
  estimate.total_bytes_range = {low * total, total, high * total};
}

Explanation explanation_of(const PackedModel& model, const Estimate& estimate,
                           std::vector<Part> download) {
  Explanation all;
  Plan plan = estimate.plan;
  plan.repack = "none";
  Shape shape = estimate.model.shape.value_or(Shape{});
  shape.architecture.clear();
  all.tensors = tensor_lines(shape, model.tensors, plan);
  for (TensorLine& line : all.tensors) line.memory_bytes = line.file_bytes;
  Bytes data = 0;
  for (const StoredTensor& each : model.tensors) data += each.bytes;
  all.download.push_back({"tensor data", data, fmt::format("{} tensors", model.tensors.size())});
  if (is_own_format(estimate.model, estimate.plan)) {
    all.download.push_back({"all else in the files", estimate.model.file->total_bytes - data,
                            "graph, tables, names, tokenizer where it lies in them"});
  } else {
    all.download.insert(all.download.end(), download.begin(), download.end());
  }
  return all;
}

// tokenizer.json as published: BERT 0.7 MB of 30522 words, SmolLM2 2.1 MB of 49152, Qwen3 9.1 MB of
// 151669, SmolLM3 11.6 MB of 128256, Gemma 17 to 20 MB of 262144 (sizes on the models' pages).
Part tokenizer_part(const Shape& shape) {
  const bool words = shape.kind == "bert" || shape.kind == "nomic" || shape.kind == "modernbert";
  const Bytes each = words ? 23 : shape.vocab <= 65536 ? 45 : 68;
  return {"tokenizer", std::max<std::int64_t>(shape.vocab, 0) * each,
          fmt::format("{} tokens x about {} bytes of JSON", shape.vocab, each)};
}

std::string published_format(const ModelSpec& model, std::string_view runtime) {
  const Variant* smallest = nullptr;
  for (const Variant& each : model.variants) {
    if (each.runtime != runtime || each.bytes <= 0) continue;
    if (smallest == nullptr || each.bytes < smallest->bytes) smallest = &each;
  }
  return smallest == nullptr ? std::string() : smallest->format;
}

void note_published(Estimate& estimate) {
  if (!estimate.download_bytes || is_own_format(estimate.model, estimate.plan)) return;
  const Runtime* runtime = find_runtime(estimate.plan.runtime);
  for (const Variant& each : estimate.model.variants) {
    if (each.runtime != estimate.plan.runtime || each.bytes <= 0 || runtime == nullptr ||
        runtime->find_format(each.format) != estimate.plan.format)
      continue;
    const double ours = static_cast<double>(*estimate.download_bytes);
    const double theirs = static_cast<double>(each.bytes);
    estimate.notes.push_back(fmt::format("published as {}: {} ({:+.1f} % from this)",
                                         each.file.empty() ? "a file" : each.file,
                                         text_decimal(each.bytes), 100.0 * (theirs / ours - 1.0)));
    return;
  }
}

}  // namespace weighin
