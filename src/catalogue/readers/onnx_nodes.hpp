// Which inputs of which ONNX operators are quantized weights, and which belong to them?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/readers/onnx_graph.hpp"

namespace weighin::onnx {

/// The attributes that say how weights are packed.
struct Packing {
  std::int64_t bits = 0, k = 0, n = 0, block_size = 0, expert_weight_bits = 0;
};

/// Attributes of that name go into a Packing; null for all others.
std::int64_t* attribute_of(Packing& packing, std::string_view name);

/// True where an operator of that name unpacks weights.
bool unpacks_weights(std::string_view op);

/// Adds what the node's inputs are to `graph.uses`. Returns what is wrong with the node; empty
/// where nothing is.
std::string take_node(std::string_view op, const Packing& packing,
                      const std::vector<std::string>& inputs, Graph& graph);

}  // namespace weighin::onnx
