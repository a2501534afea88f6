// How does the graph of one batch come to be?
#include "estimate/graph/graph.hpp"

namespace weighin {
namespace {

Linear bytes_of(const Extent& extent, std::uint8_t type_bytes) {
  std::int64_t times = type_bytes;
  for (const std::int64_t size : extent.size) times *= size;
  Linear bytes = extent.cells * times;
  // Cells come in multiples of 256, so that what grows with them is aligned by itself.
  const std::int64_t rest = bytes.fixed % Graph::kAlignment;
  if (rest != 0) bytes.fixed += Graph::kAlignment - rest;
  return bytes;
}

}  // namespace

void Graph::clear() {
  nodes_.clear();
  inputs_.clear();
  order_.clear();
}

Value Graph::add(Node node, std::initializer_list<Value> sources) {
  std::size_t count = 0;
  for (const Value source : sources) {
    if (source != kOutside && count < node.sources.size()) node.sources[count++] = source;
  }
  node.section = section_;
  nodes_.push_back(node);
  return static_cast<Value>(nodes_.size() - 1);
}

Value Graph::input(std::uint8_t type_bytes, const Extent& extent) {
  Node node;
  node.kind = NodeKind::input;
  node.type_bytes = type_bytes;
  node.extent = extent;
  node.bytes = bytes_of(extent, type_bytes);
  return add(node, {});
}

Value Graph::value(const Extent& extent, std::initializer_list<Value> sources,
                   std::uint8_t type_bytes) {
  Node node;
  node.type_bytes = type_bytes;
  node.extent = extent;
  node.bytes = bytes_of(extent, type_bytes);
  return add(node, sources);
}

Value Graph::in_place(std::initializer_list<Value> sources) {
  const Node& first = nodes_[static_cast<std::size_t>(*sources.begin())];
  Node node;
  node.type_bytes = first.type_bytes;
  node.extent = first.extent;
  node.bytes = bytes_of(first.extent, first.type_bytes);
  node.takes_place = true;
  return add(node, sources);
}

Value Graph::view(Value of, const Extent& extent, bool contiguous,
                  std::initializer_list<Value> first) {
  if (of == kOutside) return kOutside;
  Node node;
  node.kind = NodeKind::view;
  const Node& source = nodes_[static_cast<std::size_t>(of)];
  node.whole = source.kind == NodeKind::view ? source.whole : of;
  node.type_bytes = source.type_bytes;
  node.extent = extent;
  node.contiguous = contiguous;
  const Value place = add(node, first);
  for (Value& slot : nodes_.back().sources) {
    if (slot == kOutside) {
      slot = of;
      break;
    }
  }
  return place;
}

Value Graph::effect(std::initializer_list<Value> sources) {
  Node node;
  node.kind = NodeKind::effect;
  return add(node, sources);
}

void Graph::expand(Value value) {
  if (value == kOutside) return;
  Node& asked = node(value);
  if (asked.visited) return;
  asked.visited = true;
  // As deep as one layer: everything before it has been visited.
  for (const Value source : asked.sources) expand(source);
  (node(value).kind == NodeKind::input ? inputs_ : order_).push_back(value);
}

}  // namespace weighin
