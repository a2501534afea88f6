// What does a model take in LiteRT-LM and MediaPipe's LLM Inference (.litertlm, .task)?
//
// The recipes of the converter (litert_torch/generative in https://github.com/google-ai-edge):
// dynamic_int8 and dynamic_int4 per channel (what Gemma's published files are), int4 in blocks of
// 32 or 128 with the table in 8 bits, and unquantized.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "estimate/file_size.hpp"
#include "estimate/footprint.hpp"
#include "estimate/packing.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

// A scale of 32 bits and a zero point of 64 bits for each row stand in the flatbuffer's tensor
// record, which every signature has for itself: four of prefill and one of decode. Against
// published files: Gemma-3-1B int8 -0.5 % and int4 -1.2 %, DeepSeek-R1-Distill-Qwen-1.5B +0.5 %,
// Phi-4-mini 0.0 % (script/accuracy).
constexpr int kSignatures = 5;
constexpr int kRowBytes = 12 * kSignatures;
constexpr Packing kInt8{"int8", 8, -1, kRowBytes, 0, "Q8_0"};
constexpr Packing kInt4{"int4", 4, -1, kRowBytes, 0, "Q4_0"};

struct Recipe {
  const char* name;
  Packing matrix, table;
};
constexpr std::array kRecipes{
    Recipe{"fp32", kFloat32, kFloat32},
    Recipe{"fp16", kFloat16, kFloat16},
    Recipe{"int8", kInt8, kInt8},
    Recipe{"int4-block32", {"int4/32 fp16", 4, 32, 2, 0, "Q4_0"}, kInt8},
    Recipe{"int4-block128", {"int4/128 fp16", 4, 128, 2, 0, "Q4_0"}, kInt8},
    Recipe{"int4", kInt4, kInt4},
};

const Recipe* find_recipe(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  // Names of published files say q8 and q4, the converter dynamic_int8.
  if (lower.rfind("dynamic_", 0) == 0) lower.erase(0, 8);
  if (lower == "q8") lower = "int8";
  if (lower == "q4") lower = "int4";
  for (const Recipe& each : kRecipes) {
    if (lower == each.name) return &each;
  }
  return nullptr;
}

std::vector<std::string> formats() {
  std::vector<std::string> names;
  for (const Recipe& each : kRecipes) names.emplace_back(each.name);
  return names;
}

std::string find_format(std::string_view word) {
  const Recipe* found = find_recipe(word);
  return found == nullptr ? std::string() : found->name;
}

Result<Done> check(const Plan& plan) {
  if (plan.kv_type != "f16" && plan.kv_type != "f32") {
    return Error{ErrorKind::usage, fmt::format("LiteRT keeps no cache of {}", plan.kv_type),
                 "--kv-type", "leave it out"};
  }
  if (plan.gpu_layers > 0) {
    return Error{ErrorKind::usage, "LiteRT takes a model to one place as a whole", "--gpu-layers",
                 "--gpu-layers 0, or leave it out"};
  }
  if (plan.gpu_shares.size() > 1)
    return Error{ErrorKind::usage, "LiteRT takes one GPU", "--gpus", "--gpus 1"};
  return Done{};
}

// What the converter has examples for (litert_torch/generative/examples), by llama.cpp's words, and
// what the community's repository publishes beside them.
std::string why_not(const ModelSpec& model) {
  if (!model.shape && model.file) return "";
  if (!model.shape) return "its architecture is not known";
  constexpr std::array kKnown{
      "llama", "gemma", "gemma2",   "gemma3", "gemma3n", "gemma4",          "phi2", "phi3", "qwen2",
      "qwen3", "t5",    "stablelm", "lfm2",   "smollm3", "gemma-embedding", "bert"};
  const std::string& name = model.shape->architecture;
  if (std::any_of(kKnown.begin(), kKnown.end(), [&](const char* each) { return name == each; }))
    return "";
  return fmt::format("LiteRT's converter knows no model of the kind \"{}\"",
                     name.empty() ? model.shape->kind : name);
}

Result<PackedModel> packed_of(const Estimate& estimate) {
  const Recipe* found = find_recipe(estimate.plan.format);
  const Recipe& recipe = found != nullptr ? *found : kRecipes[0];
  return pack(estimate, [&](const Tensor& tensor) {
    switch (tensor.role) {
      case Role::token_embedding:
      case Role::per_layer_embedding:
        return recipe.table;
      case Role::keep_f32:
        return recipe.matrix.bits == 16 ? kFloat16 : kFloat32;
      default:
        return recipe.matrix;
    }
  });
}

std::vector<Part> besides(const Estimate& estimate) {
  if (is_own_format(estimate.model, estimate.plan) || !estimate.model.shape) return {};
  const Shape& shape = *estimate.model.shape;
  // The tokenizer lies in the bundle as SentencePiece or JSON: about what a GGUF file's takes.
  const Bytes tokenizer = header_size(shape, {}).tokenizer_bytes;
  // Operators of every signature: SmolLM-135M in 32 bits is 14 MiB more than its values.
  const Bytes graph = shape.layers * kSignatures * 60'000;
  return {{"tokenizer", tokenizer, fmt::format("{} tokens", shape.vocab)},
          {"graph", graph, fmt::format("{} signatures of {} layers", kSignatures, shape.layers)}};
}

// Activations, the tables of the delegate and the library on the CPU: what measurements on a Galaxy
// S24 Ultra leave after file and cache, 250 to 320 MiB for Gemma-3-1B in four recipes and two
// contexts and for DeepSeek-R1-Distill-Qwen-1.5B. Other models take more: 380 (SmolLM-135M), 555
// (Phi-4-mini), 1200 MiB (TinyLlama).
constexpr Bytes kCpuBytes = 290 * kMiB;

Bytes sum(const std::vector<Part>& parts) {
  Bytes all = 0;
  for (const Part& each : parts) all += each.bytes;
  return all;
}

// Rows of a table that only ever are looked up stay in the file: Gemma 3n and 4 keep their tables
// of embeddings by layer in flash, and an untied table of tokens stays there beside a GPU.
void leave_in_file(bool gpu, bool tied, Estimate& estimate) {
  for (Part& part : estimate.parts) {
    const bool lookup = part.what == "weights: per-layer embedding" ||
                        (gpu && !tied && part.what == "weights: token embedding");
    if (!lookup) continue;
    estimate.memory.weights_bytes -= part.bytes;
    part.bytes = 0;
    part.how += "; rows are looked up in the file";
  }
}

Result<Done> fill(Estimate& estimate) {
  const auto packed = packed_of(estimate);
  if (!packed) return packed.error();
  const std::vector<Part> extra = besides(estimate);
  fill_weights(*packed, sum(extra), estimate);
  MemoryNeed& memory = estimate.memory;
  for (const Part& part : extra) {
    memory.weights_bytes += part.bytes;
    estimate.parts.push_back(part);
  }
  const bool gpu = estimate.plan.gpu_layers < 0;
  leave_in_file(gpu, packed->weights.tied, estimate);
  const Result<Done> cache = fill_full_cache(4, false, estimate);
  if (!cache) return cache;
  memory.runtime_bytes = kCpuBytes;
  estimate.parts.push_back({"activations and library", kCpuBytes, "measured on Gemma-3-1B"});
  if (gpu) {
    // On the GPU lie weights and cache; the process keeps the file's pages and the library.
    estimate.gpu_bytes =
        memory.weights_bytes + memory.kv_cache_bytes + memory.state_bytes + memory.adapter_bytes;
    estimate.gpu_split_bytes = {estimate.gpu_bytes};
    estimate.notes.push_back(
        "the process may keep the file's pages beside the GPU's copy: up to twice the weights");
    set_range(0.85, 1.4, estimate);
  } else {
    // The file is mapped; what of it the kernels read stays.
    estimate.residency.mapped_bytes = memory.weights_bytes;
    estimate.residency.anonymous_bytes =
        memory.kv_cache_bytes + memory.state_bytes + memory.adapter_bytes + memory.runtime_bytes;
    estimate.residency.working_set_bytes =
        estimate.residency.mapped_bytes + estimate.residency.anonymous_bytes;
    set_range(0.9, 1.35, estimate);
  }
  if (estimate.model.shape &&
      (estimate.model.shape->kind == "gemma3n" || estimate.model.shape->kind == "gemma4")) {
    estimate.notes.push_back(
        "its maker mixes 2, 4 and 8 bits by tensor, and packs vision and audio "
        "with it: the published file differs");
  }
  note_published(estimate);
  return Done{};
}

Result<Explanation> take_apart(const Estimate& estimate) {
  const auto packed = packed_of(estimate);
  if (!packed) return packed.error();
  return explanation_of(*packed, estimate, besides(estimate));
}

std::string usual_format(const ModelSpec& model) {
  const std::string published = published_format(model, "litert");
  if (!published.empty()) return find_format(published);
  return "int4";
}

}  // namespace

extern const Runtime litert_runtime;
const Runtime litert_runtime{"litert", formats, find_format, check,
                             why_not,  fill,    take_apart,  usual_format};

}  // namespace weighin
