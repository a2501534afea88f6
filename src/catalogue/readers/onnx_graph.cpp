// How is an ONNX file's message walked over without its tensors' data?
#include "catalogue/readers/onnx_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/onnx_nodes.hpp"
#include "catalogue/readers/proto_input.hpp"

namespace weighin::onnx {
namespace {

using catalogue::printable;

constexpr std::array<ElementType, 26> kElementTypes{{
    {1, "F32", 32, true},     {2, "U8", 8, false},          {3, "I8", 8, false},
    {4, "U16", 16, false},    {5, "I16", 16, false},        {6, "I32", 32, false},
    {7, "I64", 64, false},    {8, "STRING", 0, false},      {9, "BOOL", 8, false},
    {10, "F16", 16, true},    {11, "F64", 64, true},        {12, "U32", 32, false},
    {13, "U64", 64, false},   {14, "COMPLEX64", 64, false}, {15, "COMPLEX128", 128, false},
    {16, "BF16", 16, true},   {17, "F8_E4M3", 8, true},     {18, "F8_E4M3FNUZ", 8, true},
    {19, "F8_E5M2", 8, true}, {20, "F8_E5M2FNUZ", 8, true}, {21, "U4", 4, false},
    {22, "I4", 4, false},     {23, "F4_E2M1", 4, true},     {24, "F8_E8M0", 8, true},
    {25, "U2", 2, false},     {26, "I2", 2, false},
}};

constexpr std::size_t kMostInputs = 16;  // of a node, that any operator of ours looks at
constexpr std::size_t kMostExternalEntries = 16;

// Constants of a few values (epsilons, shapes) stand in every graph by the thousand: not kept.
constexpr Bytes kLeastConstantBytes = 1024;

class GraphReader {
 public:
  explicit GraphReader(ByteSource& source) : wire_(source) {}

  Result<Graph> read() {
    if (wire_.ok()) model();
    if (!wire_.ok()) return wire_.error();
    if (!has_graph_) {
      wire_.fail("there is no graph in it");
      return wire_.error();
    }
    return std::move(graph_);
  }

 private:
  // Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
  bool model() {
    return wire_.fields([&](int number, int type) {
      if (number == 1) return wire_.varint("ir_version", type, graph_.ir_version);
      if (number == 7) {
        if (has_graph_) return wire_.fail("its graph is there twice");
        has_graph_ = true;
        return nested("graph", type, [&] { return graph(); });
      }
      if (number == 25) {
        return nested("function", type, [&] {
          return wire_.fields([&](int inner, int inner_type) {
            if (inner == 7) return nested("node", inner_type, [&] { return node(); });
            return wire_.skip(inner, inner_type);
          });
        });
      }
      return wire_.skip(number, type);
    });
  }

  template <class Body>
  bool nested(const char* what, int type, Body body) {
    if (type != proto::kLengthDelimited)
      return wire_.fail(fmt::format("{} has the wire type {} in place of 2", what, type));
    return wire_.message(what, body);
  }

  bool graph() {
    const std::uint32_t outer = std::exchange(scope_, ++scopes_);
    const std::size_t first = graph_.tensors.size();
    const bool done = wire_.fields([&](int number, int type) {
      if (number == 1) return nested("node", type, [&] { return node(); });
      if (number == 5) return nested("initializer", type, [&] { return tensor("initializer", 0); });
      if (number == 15) {
        return nested("sparse_initializer", type, [&] {
          return wire_.fields([&](int inner, int inner_type) {
            if (inner == 1)
              return nested("values", inner_type, [&] { return tensor("values", 0); });
            return wire_.skip(inner, inner_type);
          });
        });
      }
      return wire_.skip(number, type);
    });
    const bool right = done && names_are_unique(first);
    scope_ = outer;
    return right;
  }

  bool names_are_unique(std::size_t first) {
    std::vector<std::string_view> names;
    for (std::size_t i = first; i < graph_.tensors.size(); ++i) {
      if (graph_.tensors[i].scope == scope_) names.push_back(graph_.tensors[i].name);
    }
    std::sort(names.begin(), names.end());
    const auto twin = std::adjacent_find(names.begin(), names.end());
    if (twin == names.end()) return true;
    return wire_.fail(fmt::format("initializer \"{}\" is there twice", printable(*twin)));
  }

  bool node() {
    if (++graph_.nodes > static_cast<std::int64_t>(kMostNodes))
      return wire_.fail(fmt::format("more than the limit of {} nodes", kMostNodes));
    std::vector<std::string> inputs;
    std::string op, output;
    Packing packing;
    const std::size_t first = graph_.tensors.size();
    const std::uint32_t scope = scope_;
    const bool done = wire_.fields([&](int number, int type) {
      if (number == 1 && inputs.size() < kMostInputs) {
        inputs.emplace_back();
        return wire_.text("a node's input", type, kMostNameBytes, inputs.back());
      }
      if (number == 2 && output.empty())
        return wire_.text("a node's output", type, kMostNameBytes, output);
      if (number == 4) return wire_.text("op_type", type, kMostNameBytes, op);
      if (number == 5) return nested("attribute", type, [&] { return attribute(packing); });
      return wire_.skip(number, type);
    });
    if (!done) return false;
    for (std::size_t i = first; i < graph_.tensors.size(); ++i) {
      Tensor& value = graph_.tensors[i];
      if (value.name.empty() && value.scope == scope)
        value.name = i == first ? output : fmt::format("{}#{}", output, i - first);
    }
    if (unpacks_weights(op)) {
      for (const std::string& input : inputs) names_ += static_cast<Bytes>(input.size());
      if (names_ > kMostNamesTogether) return too_many_names();
    }
    if (const std::string fault = take_node(op, packing, inputs, graph_); !fault.empty())
      return wire_.fail(fault);
    return true;
  }

  bool too_many_names() {
    return wire_.fail(fmt::format("more than the limit of {} bytes of names", kMostNamesTogether));
  }

  bool attribute(Packing& packing) {
    std::string name;
    std::int64_t value = 0;
    const bool done = wire_.fields([&](int number, int type) {
      if (number == 1) return wire_.text("an attribute's name", type, kMostNameBytes, name);
      if (number == 3) return wire_.varint("an attribute", type, value);
      if (number == 5 || number == 10)
        return nested("attribute tensor", type,
                      [&] { return tensor("an attribute's tensor", kLeastConstantBytes); });
      if (number == 6 || number == 11) return nested("subgraph", type, [&] { return graph(); });
      return wire_.skip(number, type);
    });
    if (std::int64_t* target = attribute_of(packing, name)) *target = value;
    return done;
  }

  // One TensorProto; `what` names it until its own name is known. Kept where it has at least
  // `least_bytes`.
  bool tensor(std::string_view what, Bytes least_bytes) {
    Tensor made;
    made.scope = scope_;
    std::vector<std::int64_t> dims;
    std::int64_t type_number = 0, data_location = 0;
    External external;
    Bytes raw = 0, typed = 0;
    bool has_raw = false;
    const bool done = wire_.fields([&](int number, int type) {
      switch (number) {
        case 1:
          return wire_.varints(fmt::format("{}: dims", what), type, dims, kMostDimensions);
        case 2:
          return wire_.varint("data_type", type, type_number);
        case 8:
          return wire_.text("a tensor's name", type, kMostNameBytes, made.name);
        case 9:
          has_raw = true;
          return wire_.skip_bytes("raw_data", type, raw);
        case 4:
        case 5:
        case 6:
        case 7:
        case 10:
        case 11:
          if (type == proto::kLengthDelimited)
            return wire_.skip_bytes("a tensor's data", type, typed);
          ++typed;
          return wire_.skip(number, type);
        case 13:
          return nested("external_data", type, [&] { return external_entry(external); });
        case 14:
          return wire_.varint("data_location", type, data_location);
        default:
          return wire_.skip(number, type);
      }
    });
    if (!done) return false;
    const std::string called =
        made.name.empty() ? std::string(what) : fmt::format("tensor \"{}\"", printable(made.name));
    made.type = find_element_type(type_number);
    if (made.type == nullptr)
      return wire_.fail(
          fmt::format("{}: its data_type {} is not one of 1 to 26", called, type_number));
    if (!take_shape(called, dims, made)) return false;
    if (data_location != 0 && data_location != 1)
      return wire_.fail(
          fmt::format("{}: data_location {} is neither 0 nor 1", called, data_location));
    if (data_location == 1) {
      if (has_raw || typed > 0)
        return wire_.fail(fmt::format("{}: its data is in the file and outside", called));
      if (!take_external(called, external, made)) return false;
    } else {
      const Bytes needed = bytes_of(made);
      if (has_raw && made.type->bits > 0 && raw != needed)
        return wire_.fail(
            fmt::format("{}: raw_data has {} bytes in place of {}", called, raw, needed));
      if (!has_raw && typed == 0 && made.elements > 0)
        return wire_.fail(fmt::format("{}: it has {} elements and no data", called, made.elements));
      made.bytes = has_raw ? raw : typed;
    }
    if (made.bytes < least_bytes) return true;
    if (graph_.tensors.size() == kMostTensors)
      return wire_.fail(fmt::format("more than the limit of {} tensors", kMostTensors));
    names_ += static_cast<Bytes>(made.name.size());
    if (names_ > kMostNamesTogether) return too_many_names();
    graph_.tensors.push_back(std::move(made));
    return true;
  }

  bool take_shape(const std::string& called, const std::vector<std::int64_t>& dims, Tensor& made) {
    made.dimensions = static_cast<std::uint8_t>(dims.size());
    for (std::size_t i = 0; i < dims.size(); ++i) {
      const std::int64_t side = dims[dims.size() - 1 - i];
      if (side < 0 || (side > 0 && std::max(made.elements, made.size[std::min<std::size_t>(i, 3)]) >
                                       kMostElements / side))
        return wire_.fail(
            fmt::format("{}: dims: {} makes more than the limit of {} elements, or is "
                        "negative",
                        called, side, kMostElements));
      made.elements *= side;
      made.size[std::min<std::size_t>(i, 3)] *= side;
    }
    return true;
  }

  static Bytes bytes_of(const Tensor& tensor) {
    return (tensor.elements * tensor.type->bits + 7) / 8;
  }

  struct External {
    std::size_t entries = 0;
    std::string location, offset, length;
  };

  bool external_entry(External& external) {
    if (++external.entries > kMostExternalEntries)
      return wire_.fail(
          fmt::format("external_data: more than the limit of {} entries", kMostExternalEntries));
    std::string key, value;
    const bool done = wire_.fields([&](int number, int type) {
      if (number == 1) return wire_.text("external_data's key", type, kMostNameBytes, key);
      if (number == 2) return wire_.text("external_data's value", type, kMostNameBytes, value);
      return wire_.skip(number, type);
    });
    if (!done) return false;
    std::string* target = key == "location" ? &external.location
                          : key == "offset" ? &external.offset
                          : key == "length" ? &external.length
                                            : nullptr;
    if (target == nullptr) return true;
    if (!target->empty()) return wire_.fail(fmt::format("external_data: {} is there twice", key));
    *target = std::move(value);
    return true;
  }

  bool whole_number(const std::string& called, const char* what, const std::string& text,
                    Bytes& out) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (fault == std::errc() && end == text.data() + text.size() && out >= 0) return true;
    return wire_.fail(
        fmt::format("{}: external_data: {} \"{}\" is no whole number from 0 to 2^63-1", called,
                    what, printable(text)));
  }

  bool take_external(const std::string& called, External& external, Tensor& made) {
    std::string_view location = external.location;
    if (location.starts_with("./")) location.remove_prefix(2);
    if (!is_plain_name(location))
      return wire_.fail(fmt::format("{}: external_data: location \"{}\" leads out of the folder",
                                    called, printable(external.location)),
                        "the files of one model lie beside each other in one folder");
    made.bytes = bytes_of(made);
    if (!external.offset.empty() && !whole_number(called, "offset", external.offset, made.offset))
      return false;
    Bytes length = made.bytes;
    if (!external.length.empty() && !whole_number(called, "length", external.length, length))
      return false;
    if (made.type->bits == 0 || length != made.bytes)
      return wire_.fail(
          fmt::format("{}: external_data: length {} in place of {}", called, length, made.bytes));
    auto& places = graph_.locations;
    const auto found = std::find(places.begin(), places.end(), location);
    made.location = static_cast<int>(found - places.begin());
    if (found != places.end()) return true;
    if (places.size() == kMostLocations)
      return wire_.fail(
          fmt::format("external_data: more than the limit of {} files", kMostLocations));
    places.emplace_back(location);
    return true;
  }

  proto::Wire wire_;
  Graph graph_;
  bool has_graph_ = false;
  std::uint32_t scope_ = 0, scopes_ = 0;
  Bytes names_ = 0;
};

}  // namespace

const ElementType* find_element_type(std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(kElementTypes.size())) return nullptr;
  return &kElementTypes[static_cast<std::size_t>(number - 1)];
}

Result<Graph> read_graph(ByteSource& source) { return GraphReader(source).read(); }

}  // namespace weighin::onnx
