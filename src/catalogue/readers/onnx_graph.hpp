// What does an ONNX file say of its tensors and of the nodes that unpack them?
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weighin/bytes.hpp"

namespace weighin::onnx {

inline constexpr std::size_t kMostTensors = 65'536;
inline constexpr std::size_t kMostNodes = 262'144;
inline constexpr std::size_t kMostUses = 131'072;  ///< inputs of nodes that unpack weights
inline constexpr std::size_t kMostLocations = 128;
inline constexpr std::size_t kMostNameBytes = 1024;
inline constexpr Bytes kMostNamesTogether = Bytes{12} << 20;
inline constexpr std::size_t kMostDimensions = 16;
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 48;

/// One row of ONNX's TensorProto.DataType (https://onnx.ai/onnx/api/classes.html#tensorproto).
struct ElementType {
  int number;
  const char* name;  ///< by weighin/formats.hpp where it has a row there
  int bits;          ///< 0 = no fixed size (text)
  bool floating;
};
const ElementType* find_element_type(std::int64_t number);

/// A tensor that the file brings along: an initializer, or the value of a Constant node.
struct Tensor {
  std::string name;
  const ElementType* type = nullptr;
  std::uint8_t dimensions = 0;
  std::array<std::int64_t, 4> size{1, 1, 1, 1};  ///< row length first
  std::int64_t elements = 1;
  Bytes bytes = 0;          ///< of its data, wherever it lies
  int location = -1;        ///< index into Graph::locations; -1 = within the file
  Bytes offset = 0;         ///< there
  std::uint32_t scope = 0;  ///< the graph that it belongs to: names are unique within one
};

enum class Role {
  weights,  ///< quantized weights
  helper,   ///< scales, zero points, order of groups
};

/// What a node takes a tensor for.
struct Use {
  Role role = Role::weights;
  int bits = 0;              ///< of one weight where several share a stored value; 0 = as its type
  std::int64_t weights = 0;  ///< rows x columns where the node says so; 0 = by the tensor's shape
  bool bnb4 = false;         ///< bitsandbytes' 4-bit floats
};

/// All that was read from one file.
struct Graph {
  std::int64_t ir_version = 0;
  std::vector<Tensor> tensors;
  std::vector<std::string> locations;  ///< of external data, as written
  std::unordered_map<std::string, Use> uses;
  std::int64_t nodes = 0;
  std::int64_t dynamic_quantize_nodes = 0;  ///< DynamicQuantizeLinear and its kin
};

/// Reads the whole message but no tensor's data.
Result<Graph> read_graph(ByteSource& source);

}  // namespace weighin::onnx
