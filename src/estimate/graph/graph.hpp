// Which values does the engine compute, in which order, and how large is each?
//
// A model of the graph that llama.cpp builds for a batch, small enough to be built anew for every
// question: no data, no weights, only sizes and who reads whom. The order of computation is the one
// in which the engine visits the parents of what it asks for.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace weighin {

/// An amount that grows with the cells of the KV cache: fixed + per_cell x cells.
struct Linear {
  std::int64_t fixed = 0;
  std::int64_t per_cell = 0;
  std::int64_t at(std::int64_t cells) const { return fixed + per_cell * cells; }
  bool operator==(const Linear&) const = default;
};
inline Linear operator+(Linear a, Linear b) { return {a.fixed + b.fixed, a.per_cell + b.per_cell}; }
inline Linear operator-(Linear a, Linear b) { return {a.fixed - b.fixed, a.per_cell - b.per_cell}; }
inline Linear operator*(Linear a, std::int64_t times) {
  return {a.fixed * times, a.per_cell * times};
}

/// One value of the graph, by its place in it. kOutside stands for what lies elsewhere: weights and
/// the cache.
using Value = std::int32_t;
inline constexpr Value kOutside = -1;

enum class NodeKind : std::uint8_t {
  input,   ///< filled before the graph runs
  value,   ///< computed into memory of its own
  view,    ///< another shape of a value, without memory of its own
  effect,  ///< written to the cache: read by nobody, without memory of its own
};

/// Extents of a value; the cells of the cache stand apart, since they are what is asked about.
struct Extent {
  std::array<std::int64_t, 4> size{1, 1, 1, 1};
  Linear cells{1, 0};  ///< a fifth extent, 1 where the value has none
  bool operator==(const Extent&) const = default;
};

struct Node {
  Extent extent;
  Linear bytes;  ///< rounded up to the allocator's alignment
  std::array<Value, 7> sources{kOutside, kOutside, kOutside, kOutside,
                               kOutside, kOutside, kOutside};
  Value whole = kOutside;  ///< of a view: the value it looks into
  NodeKind kind = NodeKind::value;
  std::uint8_t type_bytes = 4;
  const char* section = "";  ///< the part of the model that it belongs to, in words
  bool takes_place = false;  ///< may be written over its only source
  bool kept = false;         ///< an output of the graph: never freed
  bool visited = false;
  bool contiguous = true;
};

/// The graph of one batch.
class Graph {
 public:
  /// The allocator's alignment on a CPU (TENSOR_ALIGNMENT in ggml/src/ggml-impl.h of llama.cpp).
  static constexpr std::int64_t kAlignment = 32;

  Graph() { nodes_.reserve(2048); }
  void clear();

  Value input(std::uint8_t type_bytes, const Extent& extent);
  /// A value that needs memory of its own.
  Value value(const Extent& extent, std::initializer_list<Value> sources,
              std::uint8_t type_bytes = 4);
  /// A value of its first source's extents that may take the place of a source.
  Value in_place(std::initializer_list<Value> sources);
  /// `first` are other values that must have been computed before the view may be read.
  Value view(Value of, const Extent& extent, bool contiguous,
             std::initializer_list<Value> first = {});
  Value effect(std::initializer_list<Value> sources);
  void keep(Value value) { node(value).kept = true; }
  /// Names what is built from here on: "attention", "feed-forward", …
  void section(const char* name) { section_ = name; }

  /// Asks for `value`: everything it needs, and then itself, is computed next.
  void expand(Value value);

  const Extent& extent(Value value) const { return nodes_[static_cast<std::size_t>(value)].extent; }
  bool contiguous(Value value) const { return nodes_[static_cast<std::size_t>(value)].contiguous; }
  const std::vector<Node>& nodes() const { return nodes_; }
  /// Inputs that are read by somebody, and everything else, in the order of computation.
  const std::vector<Value>& inputs() const { return inputs_; }
  const std::vector<Value>& order() const { return order_; }

 private:
  Node& node(Value value) { return nodes_[static_cast<std::size_t>(value)]; }
  Value add(Node node, std::initializer_list<Value> sources);
  std::vector<Node> nodes_;
  std::vector<Value> inputs_, order_;
  const char* section_ = "";
};

/// What the engine's allocator reserves for a graph, and for which numbers of cells this holds.
struct Reserved {
  Linear bytes;
  std::int64_t from = 0, to = 0;
  Value fullest = kOutside;  ///< the value at whose computation most memory is in use
};

/// Goes through the graph as ggml's graph allocator does (ggml/src/ggml-alloc.c): best fit among
/// the free blocks, memory handed on from a value to its only reader, freed after the last reader.
/// The decisions are those at `cells`; the answer holds wherever all of them come out the same,
/// within `from` and `to`.
Reserved reserve(const Graph& graph, std::int64_t cells, std::int64_t from, std::int64_t to);

}  // namespace weighin
