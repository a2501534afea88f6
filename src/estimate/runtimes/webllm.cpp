// What does a model take in WebLLM (MLC on WebGPU), in a browser?
//
// MLC's group quantization (python/mlc_llm/quantization/quantization.py of
// https://github.com/mlc-ai/mlc-llm): linear layers, embedding and output alike; what is no matrix
// stays in the model's own type. The footprint is what WebLLM calls vram_required_MB: parameters,
// the cache at the whole context without windows, and temporary buffers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "estimate/packing.hpp"

namespace weighin {
namespace {

struct Quantization {
  const char* name;
  int bits;
  std::int64_t group;
  int model_bytes;  ///< of the values that are not quantized, of scales, cache and activations
  bool tables;      ///< embedding and output are quantized too
  const char* kin;
};
// By bits, most first. Sizes of a group: group_size of the same file; int3 lies ten to a word of 32
// bits, which is 3.2 bits a value.
constexpr std::array kQuantizations{
    Quantization{"q0f32", 32, 0, 4, true, "F32"},
    Quantization{"q0f16", 16, 0, 2, true, "F16"},
    Quantization{"q4f32_1", 4, 32, 4, true, "Q4_0"},
    Quantization{"q4f16_2", 4, 32, 2, false, "Q4_0"},
    Quantization{"q4f16_1", 4, 32, 2, true, "Q4_0"},
    Quantization{"q4f16_0", 4, 32, 2, true, "Q4_0"},
    Quantization{"q3f16_1", 3, 40, 2, true, "Q3_K"},
};

const Quantization* find_quantization(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Quantization& each : kQuantizations) {
    if (lower == each.name) return &each;
  }
  return nullptr;
}

// Of a file's own word that is none of ours the cache and activations are taken as 16 bits.
const Quantization& quantization_of(const Plan& plan) {
  const Quantization* found = find_quantization(plan.format);
  return found != nullptr ? *found : kQuantizations[4];
}

std::vector<std::string> formats() {
  std::vector<std::string> names;
  for (const Quantization& each : kQuantizations) names.emplace_back(each.name);
  return names;
}

std::string find_format(std::string_view word) {
  const Quantization* found = find_quantization(word);
  return found == nullptr ? std::string() : found->name;
}

Result<Done> check(const Plan& plan) {
  if (plan.kv_type != "f16" && plan.kv_type != "f32") {
    return Error{ErrorKind::usage,
                 fmt::format("WebLLM keeps no cache of {}: 16 or 32 bits, as the format has it",
                             plan.kv_type),
                 "--kv-type", "leave it out"};
  }
  if (plan.gpu_shares.size() > 1)
    return Error{ErrorKind::usage, "a browser's page computes on one GPU", "--gpus", "--gpus 1"};
  return Done{};
}

// The architectures of python/mlc_llm/model/model.py by llama.cpp's words, and those of its later
// list (https://github.com/mlc-ai/web-llm src/config.ts) beside.
std::string why_not(const ModelSpec& model) {
  if (!model.shape) return "its architecture is not known";
  constexpr std::array kKnown{"llama",   "mistral3",  "gemma",     "gemma2",    "gemma3",
                              "gpt2",    "gptneox",   "gptj",      "phi2",      "phi3",
                              "qwen2",   "qwen2moe",  "qwen3",     "qwen3moe",  "qwen35",
                              "llama4",  "internlm2", "deepseek2", "stablelm",  "chatglm",
                              "minicpm", "olmo",      "olmo2",     "command-r", "bert"};
  const std::string& name = model.shape->architecture;
  if (std::any_of(kKnown.begin(), kKnown.end(), [&](const char* each) { return name == each; }))
    return "";
  return fmt::format("MLC compiles no model of the kind \"{}\"",
                     name.empty() ? model.shape->kind : name);
}

Packing rule_of(const Tensor& tensor, const Quantization& quantization) {
  const Packing plain = quantization.model_bytes == 4 ? kFloat32 : kFloat16;
  const bool table = tensor.role == Role::token_embedding || tensor.role == Role::output;
  const bool kept = tensor.role == Role::keep_f32 || tensor.role == Role::keep_source;
  if (quantization.bits >= 16 || kept || (table && !quantization.tables)) return plain;
  // Ten values of three bits in each word.
  if (quantization.bits == 3) return {"int3/40 fp16", 3, 40, 2, 10, quantization.kin};
  return quantization.model_bytes == 4 ? Packing{"int4/32 fp32", 4, 32, 4, 8, quantization.kin}
                                       : Packing{"int4/32 fp16", 4, 32, 2, 8, quantization.kin};
}

Result<PackedModel> packed_of(const Estimate& estimate) {
  const Quantization& quantization = quantization_of(estimate.plan);
  return pack(estimate, [&](const Tensor& tensor) { return rule_of(tensor, quantization); });
}

// Tokens that are computed at once: the libraries of WebLLM's list are compiled with chunks of 1024
// ("cs1k" in their names; embeddings "ctx512_cs512").
constexpr std::int64_t kChunk = 1024;

// Temporary buffers of the largest function: gate, up and their product in the model's type, one
// feed-forward and one hidden layer in 32 bits. Against WebLLM's list: TinyLlama 63.0 (63.1 MiB),
// Llama-3.2-3B 92 (92.2), Qwen2.5-1.5B 93.5 (96.1).
Bytes scratch_bytes(const Shape& shape, int model_bytes, std::int64_t chunk) {
  const std::int64_t ffn =
      shape.experts ? std::max(shape.ffn, shape.experts->ffn * shape.experts->used) : shape.ffn;
  return chunk * (3 * ffn * model_bytes + 4 * ffn + 4 * shape.hidden);
}

// Where the largest function is the one that makes logits of a whole chunk (verifying a draft), its
// 32 bits a word count. It is so in the list for all architectures but these; of phi3 only for the
// models after Phi-3.5 (tied embeddings).
bool counts_logits(const Shape& shape) {
  constexpr std::array kLean{"llama", "gemma", "gemma2", "gemma3", "phi2", "bert", "llama4"};
  if (shape.architecture == "phi3") return shape.tied_embeddings;
  return std::none_of(kLean.begin(), kLean.end(),
                      [&](const char* each) { return shape.architecture == each; });
}

// JavaScript of the package and the model's own library, compiled to WebAssembly: 3.1 to 3.6 MB
// each (https://github.com/mlc-ai/binary-mlc-llm-libs), 6.8 MB for lib/index.js of version 0.2.86.
constexpr Bytes kScriptBytes = 6'817'339;
constexpr Bytes kLibraryBytes = 3'400'000;
// The list of tensors and their places, mlc-chat-config.json.
constexpr Bytes kListBytes = 200'000;

Result<Done> fill(Estimate& estimate) {
  const auto packed = packed_of(estimate);
  if (!packed) return packed.error();
  const Quantization& quantization = quantization_of(estimate.plan);
  fill_weights(*packed, 0, estimate);
  // The paged cache has a place for every layer, recurrent ones too: so Qwen3.5's rows of the list.
  const Result<Done> cache = fill_full_cache(quantization.model_bytes, true, estimate);
  if (!cache) return cache;
  MemoryNeed& memory = estimate.memory;
  if (estimate.model.shape) {
    const Shape& shape = *estimate.model.shape;
    const std::int64_t chunk = shape.kind == "bert" ? 512 : kChunk;
    memory.compute_bytes = scratch_bytes(shape, quantization.model_bytes, chunk);
    estimate.parts.push_back(
        {"temporary buffers", memory.compute_bytes,
         fmt::format("{} tokens at once, feed-forward of {}", chunk, shape.ffn)});
    if (counts_logits(shape)) {
      memory.output_bytes = 4 * chunk * shape.vocab;
      estimate.parts.push_back({"logits", memory.output_bytes,
                                fmt::format("{} tokens x {} words x 4 bytes", chunk, shape.vocab)});
      estimate.notes.push_back(
          "WebLLM counts logits of a whole chunk, which only the verifying of drafts makes");
    }
    estimate.fetched_besides.push_back(tokenizer_part(shape));
  }
  estimate.fetched_besides.push_back(
      {"model library", kLibraryBytes, "WebAssembly, compiled for the model"});
  estimate.fetched_besides.push_back({"runtime", kScriptBytes, "JavaScript of WebLLM 0.2.86"});
  estimate.fetched_besides.push_back({"lists", kListBytes, "names and places of the tensors"});
  // All of it lies on the GPU; the page keeps little, and gives shards back once they are there.
  estimate.gpu_bytes = memory.weights_bytes + memory.kv_cache_bytes + memory.state_bytes +
                       memory.compute_bytes + memory.output_bytes + memory.adapter_bytes;
  if (quantization.model_bytes == 2) estimate.needed_features.push_back("shader-f16");
  // Against WebLLM's own list the median error is below 1 % and nine of ten rows within 10 %
  // (script/accuracy).
  set_range(0.92, 1.1, estimate);
  note_published(estimate);
  return Done{};
}

Result<Explanation> take_apart(const Estimate& estimate) {
  const auto packed = packed_of(estimate);
  if (!packed) return packed.error();
  return explanation_of(*packed, estimate, {});
}

std::string usual_format(const ModelSpec& model) {
  const std::string published = published_format(model, "webllm");
  if (!published.empty()) return published;
  // Embeddings are published in their own 32 bits, models below half a billion without loss.
  if (model.shape && model.shape->kind == "bert") return "q0f32";
  return model.parameters && *model.parameters < 200'000'000 ? "q0f16" : "q4f16_1";
}

}  // namespace

extern const Runtime webllm_runtime;
const Runtime webllm_runtime{"webllm", formats, find_format, check,
                             why_not,  fill,    take_apart,  usual_format};

}  // namespace weighin
