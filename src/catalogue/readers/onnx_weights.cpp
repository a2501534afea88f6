// How are the weights of an ONNX file counted, also where several share one stored value?
#include "catalogue/readers/onnx_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

#include "catalogue/json_reader.hpp"

namespace weighin::onnx {
namespace {

// Tables that exporters compute from the position alone; they are no weights of the model.
constexpr std::array<std::string_view, 4> kTables{"cos_cache", "sin_cache", "inv_freq",
                                                  "rotary_emb"};

// What onnxruntime's quantizer appends to a weight's name:
// https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/python/tools/quantization
constexpr std::string_view kQuantized = "_quantized", kScale = "_scale", kZero = "_zero_point";

bool is_table(std::string_view name) {
  return std::any_of(kTables.begin(), kTables.end(), [&](std::string_view table) {
    return name.find(table) != std::string_view::npos;
  });
}

class Counter {
 public:
  Counter(const Graph& graph, std::string shown, Tally& tally)
      : graph_(graph), shown_(std::move(shown)), tally_(tally) {
    for (const Tensor& tensor : graph.tensors) {
      const std::string_view name = tensor.name;
      if (name.ends_with(kQuantized))
        stems_.insert(name.substr(0, name.size() - kQuantized.size()));
    }
  }

  Result<std::vector<FileTensor>> count() {
    std::vector<FileTensor> tensors;
    tensors.reserve(graph_.tensors.size());
    for (const Tensor& tensor : graph_.tensors) {
      FileTensor made;
      made.name = tensor.name;
      made.type = tensor.type->name;
      made.dimensions = std::min<std::uint8_t>(tensor.dimensions, 4);
      made.size = tensor.size;
      made.bytes = tensor.bytes;
      const Result<std::int64_t> weights = weights_in(tensor);
      if (!weights) return weights.error();
      made.weights = *weights;
      tensors.push_back(std::move(made));
    }
    return tensors;
  }

 private:
  bool is_quantizers_helper(std::string_view name) const {
    for (const std::string_view ending : {kScale, kZero}) {
      if (name.ends_with(ending) && stems_.contains(name.substr(0, name.size() - ending.size())))
        return true;
    }
    return false;
  }

  Result<std::int64_t> weights_in(const Tensor& tensor) {
    const auto found = graph_.uses.find(tensor.name);
    const Use* use = found == graph_.uses.end() ? nullptr : &found->second;
    if (is_table(tensor.name) || is_quantizers_helper(tensor.name)) return std::int64_t{0};
    if (use != nullptr && use->role == Role::helper) {
      if (tensor.type->bits == 16 && tensor.type->floating) tally_.half_helpers = true;
      return std::int64_t{0};
    }
    std::int64_t weights = tensor.elements;
    if (use != nullptr && use->bits > 0) {
      // kMostElements keeps the product within 63 bits. Types of less than a byte are counted one
      // by one already; in wider ones several weights share a stored value.
      if (tensor.type->bits >= 8) weights = tensor.elements * tensor.type->bits / use->bits;
      if (use->weights > weights) {
        return Error{ErrorKind::data,
                     fmt::format("{}: tensor \"{}\" has room for {} weights of {} bits in place of "
                                 "the K x N = {} that its node takes",
                                 shown_, catalogue::printable(tensor.name), weights, use->bits,
                                 use->weights),
                     "", "download it again"};
      }
      if (use->weights > 0) weights = use->weights;
      (use->bnb4 ? tally_.bnb4 : tally_.blocks[use->bits]) += weights;
      tally_.weights += weights;
      return weights;
    }
    // A single value is a constant of the graph, a whole number a shape or an index.
    if (weights < 2) return std::int64_t{0};
    const int number = tensor.type->number;
    const bool integer_weights = number == 2 || number == 3 || number >= 21;
    if (!tensor.type->floating && !integer_weights && use == nullptr) return std::int64_t{0};
    std::int64_t& kind = number == 1                    ? tally_.fp32
                         : number == 10                 ? tally_.fp16
                         : number == 16                 ? tally_.bf16
                         : number == 2                  ? tally_.uint8
                         : number == 21 || number == 22 ? tally_.int4
                                                        : tally_.int8;
    kind += weights;
    tally_.weights += weights;
    return weights;
  }

  const Graph& graph_;
  std::string shown_;
  Tally& tally_;
  std::unordered_set<std::string_view> stems_;
};

// A format is named after the quantized weights where they are at least this share: embeddings
// often stay floats, and are most of a small model (Gemma 3 270M: 63 %).
constexpr std::int64_t kShare = 10;  // percent

bool is_much(std::int64_t part, const Tally& tally) {
  return part / kShare >= tally.weights / 100 && part > 0;
}

}  // namespace

Result<std::vector<FileTensor>> weights_of(const Graph& graph, const std::string& shown,
                                           Tally& tally) {
  return Counter(graph, shown, tally).count();
}

std::string format_word(const Tally& tally, const std::string& by_name) {
  if (tally.weights == 0) return by_name;
  if (is_much(tally.bnb4, tally)) return "bnb4";
  int bits = 0;
  for (int i = 1; i <= 7; ++i) {
    if (is_much(tally.blocks[i], tally) && (bits == 0 || tally.blocks[i] > tally.blocks[bits]))
      bits = i;
  }
  const bool half = tally.half_helpers || tally.fp16 > tally.fp32;
  if (bits > 0) return fmt::format("q{}{}", bits, half ? "f16" : "");
  if (is_much(tally.int4, tally)) return half ? "q4f16" : "q4";
  if (is_much(tally.blocks[8], tally)) return "q8";
  if (is_much(tally.int8 + tally.uint8, tally)) {
    if (by_name == "q8" || by_name == "int8" || by_name == "uint8") return by_name;
    return tally.int8 >= tally.uint8 ? "int8" : "uint8";
  }
  if (tally.bf16 > tally.fp16 && tally.bf16 > tally.fp32) return "bf16";
  return tally.fp16 > tally.fp32 ? "fp16" : "fp32";
}

}  // namespace weighin::onnx
