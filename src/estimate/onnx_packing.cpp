// How does an ONNX export store a model, and what does a session of ONNX Runtime hold?
//
// Held against 100 published files (script/accuracy): the size is that of every tensor by the rule
// below, rotary tables, and the graph.
#include "estimate/onnx_packing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "weighin/model_file.hpp"

namespace weighin {
namespace {

struct Dtype {
  const char* name;
  Packing matrix;
  Packing table;      ///< token embedding, where it is looked up
  Packing plain;      ///< norms, biases, convolutions
  int value_bytes;    ///< of rotary tables, cache and activations
  bool output_apart;  ///< a tied output is stored a second time, as a matrix
};

// The dtypes of Transformers.js (packages/transformers/src/utils/dtypes.js of
// https://github.com/huggingface/transformers.js): q8, int8 and uint8 quantize every matrix and
// table to a byte with one scale a matrix; q4 and q4f16 are MatMulNBits with blocks of 32 and leave
// the table as it is (most exports; newer ones quantize it too: "-qe" here, 8 bits with a scale and
// an offset for each 32 values); bnb4 has one 32-bit scale for 64 values. "int4" is what ONNX
// Runtime's model builder writes for a CPU (github.com/microsoft/onnxruntime-genai): a table of 32
// bits, and the output as a matrix of its own.
constexpr Packing kByte{"int8", 8, 0, 0, 0, "Q8_0"};
constexpr Packing kNibble32{"int4/32 fp32", 4, 32, 4, 0, "Q4_0"};
constexpr Packing kNibble16{"int4/32 fp16", 4, 32, 2, 0, "Q4_0"};
constexpr std::array kDtypes{
    Dtype{"fp32", kFloat32, kFloat32, kFloat32, 4, false},
    Dtype{"fp16", kFloat16, kFloat16, kFloat16, 2, false},
    Dtype{"q8", kByte, kByte, kFloat32, 4, false},
    Dtype{"int8", kByte, kByte, kFloat32, 4, false},
    Dtype{"uint8", kByte, kByte, kFloat32, 4, false},
    Dtype{"int4", kNibble32, kFloat32, kFloat32, 4, true},
    Dtype{"q4", kNibble32, kFloat32, kFloat32, 4, false},
    Dtype{"bnb4", {"nf4/64 fp32", 4, 64, 4, 0, "Q4_0"}, kFloat32, kFloat32, 4, false},
    Dtype{"q4f16", kNibble16, kFloat16, kFloat16, 2, false},
    Dtype{"q4-qe", kNibble32, {"int8/32 fp32", 8, 32, 5, 0, "Q8_0"}, kFloat32, 4, false},
    Dtype{"q4f16-qe", kNibble16, {"int8/32 fp16", 8, 32, 3, 0, "Q8_0"}, kFloat16, 2, false},
};

const Dtype* find_dtype(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Dtype& each : kDtypes) {
    if (lower == each.name) return &each;
  }
  return nullptr;
}

const Dtype& dtype_of(const Plan& plan) {
  const Dtype* found = find_dtype(plan.format);
  return found != nullptr ? *found : kDtypes[0];
}

// Looked up by rows like the table of tokens: the dynamic quantizer takes such tables too, but the
// encoder's positions of Whisper are added as they are.
bool is_position_table(const Tensor& tensor) {
  return tensor.name == "position_embd.weight" || tensor.name == "token_types.weight" ||
         tensor.name == "decoder.positional_embedding";
}

Packing rule_of(const Tensor& tensor, const Dtype& dtype) {
  switch (tensor.role) {
    case Role::token_embedding:
    case Role::per_layer_embedding:
      return dtype.table;
    case Role::keep_f32:
      return is_position_table(tensor) && dtype.table.bits == 8 && dtype.table.group == 0
                 ? dtype.table
                 : dtype.plain;
    default:
      return dtype.matrix;
  }
}

// Nodes and names of the graph: Qwen3-0.6B 376 kB in 28 layers, SmolLM3 301 kB in 36, and twice as
// much where every matrix is quantized by nodes of its own (Qwen3-0.6B q8 670 kB).
constexpr Bytes kGraphBytesPerLayer = 10'000;
constexpr Bytes kGraphBytesPerQuantizedLayer = 22'000;

// Cosines and sines of every position that the model was made for, stored in the graph by the
// exporter: half of a head's width each. Twice where local layers turn at another rate (Gemma 3).
Bytes rotary_bytes(const Shape& shape, int value_bytes) {
  const bool turns = shape.positions == 0 && shape.kind != "t5" && shape.kind != "whisper" &&
                     shape.kind != "mamba1" && shape.kind != "mamba2" && shape.kind != "rwkv7" &&
                     shape.architecture != "bloom";
  if (!turns || shape.context_max <= 0 || shape.heads <= 0) return 0;
  const std::int64_t width = shape.latent ? shape.latent->qk_rope_head_dim : shape.head_dim;
  const auto values = checked_multiply(shape.context_max, width);
  const auto bytes = values ? checked_multiply(*values, value_bytes) : std::nullopt;
  const std::int64_t kinds = shape.architecture == "gemma3" ? 2 : 1;
  return bytes ? checked_multiply(*bytes, kinds).value_or(0) : 0;
}

std::int64_t layers_of(const Shape& shape) { return shape.layers + shape.decoder_layers; }

}  // namespace

std::vector<std::string> onnx_formats() {
  std::vector<std::string> names;
  for (const Dtype& each : kDtypes) names.emplace_back(each.name);
  return names;
}

std::string find_onnx_format(std::string_view word) {
  const Dtype* found = find_dtype(word);
  return found == nullptr ? std::string() : found->name;
}

int onnx_value_bytes(std::string_view format) {
  const Dtype* found = find_dtype(format);
  return found == nullptr ? 4 : found->value_bytes;
}

Bytes sum_of(const std::vector<Part>& parts) {
  Bytes sum = 0;
  for (const Part& each : parts) sum += each.bytes;
  return sum;
}

Result<PackedModel> onnx_pack(const Estimate& estimate) {
  const Dtype& dtype = dtype_of(estimate.plan);
  return pack(estimate, [&](const Tensor& tensor) { return rule_of(tensor, dtype); });
}

std::vector<Part> onnx_besides(const Estimate& estimate) {
  std::vector<Part> parts;
  if (is_own_format(estimate.model, estimate.plan) || !estimate.model.shape) return parts;
  const Shape& shape = *estimate.model.shape;
  const Dtype& dtype = dtype_of(estimate.plan);
  const Bytes rotary = rotary_bytes(shape, dtype.value_bytes);
  if (rotary > 0) {
    parts.push_back({"rotary tables", rotary,
                     fmt::format("{} positions x {} x {} bytes", shape.context_max, shape.head_dim,
                                 dtype.value_bytes)});
  }
  if (dtype.output_apart && shape.tied_embeddings) {
    const Tensor table{"output.weight", -1, Role::output, 2, {shape.hidden, shape.vocab, 1}};
    parts.push_back({"output matrix", packed_bytes(dtype.matrix, table).value_or(0),
                     "the tied table a second time, as a matrix"});
  }
  const Bytes each = dtype.matrix.bits == 8 ? kGraphBytesPerQuantizedLayer : kGraphBytesPerLayer;
  parts.push_back({"graph", layers_of(shape) * each,
                   fmt::format("{} layers x about {} bytes", layers_of(shape), each)});
  return parts;
}

Result<Done> check_onnx(const Plan& plan) {
  if (plan.kv_type != "f16" && plan.kv_type != "f32") {
    return Error{
        ErrorKind::usage,
        fmt::format("ONNX Runtime keeps no cache of {}: 16 or 32 bits, as the format has it",
                    plan.kv_type),
        "--kv-type", "leave it out"};
  }
  if (plan.gpu_shares.size() > 1)
    return Error{ErrorKind::usage, "a session of ONNX Runtime takes one GPU", "--gpus", "--gpus 1"};
  return Done{};
}

std::string onnx_why_not(const ModelSpec& model) {
  if (!model.shape && !model.file) return "its architecture is not known";
  if (!model.shape) return "";
  const std::string& kind = model.shape->kind;
  if (kind == "rwkv7" || kind == "jamba" || kind == "bitnet")
    return fmt::format("no exporter to ONNX knows models of the kind \"{}\"", kind);
  return "";
}

// Arithmetic in the values of the format, one prompt at once. A session takes the past keys and
// values and gives new ones: while a token is made there are two caches.
Result<Done> fill_onnx_session(Estimate& estimate) {
  const auto packed = onnx_pack(estimate);
  if (!packed) return packed.error();
  const std::vector<Part> besides = onnx_besides(estimate);
  fill_weights(*packed, sum_of(besides), estimate);
  MemoryNeed& memory = estimate.memory;
  for (const Part& part : besides) {
    memory.weights_bytes += part.bytes;
    estimate.parts.push_back(part);
  }
  const int value_bytes = onnx_value_bytes(estimate.plan.format);
  const Result<Done> cache = fill_full_cache(value_bytes, false, estimate);
  if (!cache || !estimate.model.shape) return cache;
  const Shape& shape = *estimate.model.shape;
  if (shape.kind == "whisper" && shape.audio_positions > 0) {
    // Keys and values of what was heard, of every decoder layer.
    const Bytes heard =
        2 * shape.decoder_layers * shape.audio_positions * shape.hidden * value_bytes;
    memory.kv_cache_bytes += heard;
    estimate.parts.push_back(
        {"cross attention", heard,
         fmt::format("{} layers x {} positions", shape.decoder_layers, shape.audio_positions)});
  }
  if (memory.kv_cache_bytes > 0) {
    const Bytes twice = memory.kv_cache_bytes;
    memory.kv_cache_bytes += twice;
    estimate.parts.push_back({"KV cache, new", twice, "past and present are two tensors"});
  }
  const std::int64_t tokens = std::min(estimate.plan.context, estimate.plan.ubatch);
  memory.compute_bytes =
      tokens * value_bytes * (3 * shape.ffn + 4 * shape.hidden) + tokens * tokens * shape.heads * 4;
  estimate.parts.push_back(
      {"activations", memory.compute_bytes,
       fmt::format("{} tokens at once, scores of {} heads", tokens, shape.heads)});
  if (shape.vocab > 0 && shape.kind != "bert" && shape.kind != "nomic" &&
      shape.kind != "modernbert") {
    memory.output_bytes = tokens * shape.vocab * 4;
    estimate.parts.push_back({"logits", memory.output_bytes,
                              fmt::format("{} tokens x {} words x 4 bytes", tokens, shape.vocab)});
  }
  return Done{};
}

Result<Explanation> onnx_take_apart(const Estimate& estimate) {
  const auto packed = onnx_pack(estimate);
  if (!packed) return packed.error();
  return explanation_of(*packed, estimate, onnx_besides(estimate));
}

}  // namespace weighin
