// What does an ONNX node say of how the weights that it takes are packed?
#include "catalogue/readers/onnx_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace weighin::onnx {
namespace {

struct Operator {
  std::string_view name;
  std::array<int, 3> weights;  // positions among the inputs; -1 = none
  std::array<int, 6> helpers;
  bool has_shape;  // attributes K and N give rows and columns
};

// Positions: https://onnx.ai/onnx/operators/ and, of com.microsoft,
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
constexpr std::array<Operator, 13> kOperators{{
    {"MatMulNBits", {1, -1, -1}, {2, 3, 4, -1, -1, -1}, true},
    {"MatMulBnb4", {1, -1, -1}, {2, -1, -1, -1, -1, -1}, true},
    {"GatherBlockQuantized", {0, -1, -1}, {2, 3, -1, -1, -1, -1}, false},
    {"QMoE", {2, 5, 8}, {3, 6, 9, 11, 12, 13}, false},
    {"DequantizeLinear", {0, -1, -1}, {1, 2, -1, -1, -1, -1}, false},
    {"MatMulInteger", {0, 1, -1}, {2, 3, -1, -1, -1, -1}, false},
    {"ConvInteger", {0, 1, -1}, {2, 3, -1, -1, -1, -1}, false},
    {"DynamicQuantizeMatMul", {1, -1, -1}, {2, 3, -1, -1, -1, -1}, false},
    {"MatMulIntegerToFloat", {1, -1, -1}, {2, 3, 4, 5, -1, -1}, false},
    {"QLinearMatMul", {0, 3, -1}, {1, 2, 4, 5, 6, 7}, false},
    {"QLinearConv", {0, 3, -1}, {1, 2, 4, 5, 6, 7}, false},
    {"QGemm", {0, 3, -1}, {1, 2, 4, 5, 7, 8}, false},
    {"QAttention", {1, -1, -1}, {3, 4, 6, 7, -1, -1}, false},
}};

// More rows or columns than any matrix has.
constexpr std::int64_t kMostSide = std::int64_t{1} << 31;
constexpr std::int64_t kUsualBits = 4;  // the operators' own default

const Operator* find_operator(std::string_view name) {
  const auto* const row = std::find_if(kOperators.begin(), kOperators.end(),
                                       [&](const Operator& each) { return each.name == name; });
  return row == kOperators.end() ? nullptr : &*row;
}

}  // namespace

std::int64_t* attribute_of(Packing& packing, std::string_view name) {
  if (name == "bits") return &packing.bits;
  if (name == "K") return &packing.k;
  if (name == "N") return &packing.n;
  if (name == "block_size") return &packing.block_size;
  if (name == "expert_weight_bits") return &packing.expert_weight_bits;
  return nullptr;
}

bool unpacks_weights(std::string_view op) { return find_operator(op) != nullptr; }

std::string take_node(std::string_view op, const Packing& packing,
                      const std::vector<std::string>& inputs, Graph& graph) {
  if (op == "DynamicQuantizeLinear" || op == "DynamicQuantizeMatMul")
    ++graph.dynamic_quantize_nodes;
  const Operator* row = find_operator(op);
  if (row == nullptr) return {};
  Use weights;
  weights.bnb4 = op == "MatMulBnb4";
  if (row->has_shape || op == "GatherBlockQuantized" || op == "QMoE") {
    const std::int64_t said = op == "QMoE" ? packing.expert_weight_bits : packing.bits;
    const std::int64_t bits = said == 0 ? kUsualBits : said;
    if (bits < 1 || bits > 8) return fmt::format("{}: bits {} is not within 1 to 8", op, bits);
    weights.bits = static_cast<int>(bits);
  }
  if (row->has_shape) {
    if (packing.k < 1 || packing.n < 1 || packing.k > kMostSide || packing.n > kMostSide ||
        packing.n > kMostElements / packing.k)
      return fmt::format("{}: K {} and N {} are not within 1 to the limit of {}, their product {}",
                         op, packing.k, packing.n, kMostSide, kMostElements);
    if (packing.block_size < 1 || packing.block_size > kMostSide)
      return fmt::format("{}: block_size {} is not within 1 to {}", op, packing.block_size,
                         kMostSide);
    weights.weights = packing.k * packing.n;
  }
  const auto add = [&](std::span<const int> positions, const Use& use) {
    for (const int position : positions) {
      if (position < 0 || static_cast<std::size_t>(position) >= inputs.size()) continue;
      const std::string& input = inputs[static_cast<std::size_t>(position)];
      if (!input.empty()) graph.uses.emplace(input, use);
    }
  };
  add(row->weights, weights);
  add(row->helpers, Use{Role::helper, 0, 0, weights.bnb4});
  if (graph.uses.size() > kMostUses)
    return fmt::format("more than the limit of {} inputs of nodes that unpack weights", kMostUses);
  return {};
}

}  // namespace weighin::onnx
