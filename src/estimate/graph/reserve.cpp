// How much memory does the engine's allocator reserve for a graph?
#include <algorithm>

#include "estimate/graph/graph.hpp"

namespace weighin {
namespace {

// Comparisons of amounts at one number of cells, and the range of cells in which each comparison so
// far comes out as it did here.
class CellRange {
 public:
  CellRange(std::int64_t cells, std::int64_t from, std::int64_t to)
      : cells_(cells), from_(from), to_(to) {}

  bool at_least(Linear a, Linear b) {
    const Linear d = a - b;
    const bool yes = d.at(cells_) >= 0;
    if (d.per_cell == 0) return yes;
    // The first integer at or beyond the crossing, and the last one before it.
    const std::int64_t crossing = floor_divide(-d.fixed, d.per_cell);
    const bool exact = crossing * d.per_cell == -d.fixed;
    if (d.per_cell > 0) {
      if (yes) {
        from_ = std::max(from_, exact ? crossing : crossing + 1);
      } else {
        to_ = std::min(to_, exact ? crossing - 1 : crossing);
      }
    } else {
      if (yes) {
        to_ = std::min(to_, crossing);
      } else {
        from_ = std::max(from_, crossing + 1);
      }
    }
    return yes;
  }

  bool same(Linear a, Linear b) {
    const Linear d = a - b;
    const bool yes = d.at(cells_) == 0;
    if (d.per_cell == 0) return yes;
    if (yes) {
      from_ = to_ = cells_;
    } else if (d.fixed % d.per_cell == 0) {
      const std::int64_t crossing = -d.fixed / d.per_cell;
      if (crossing > cells_) to_ = std::min(to_, crossing - 1);
      if (crossing < cells_) from_ = std::max(from_, crossing + 1);
    }
    return yes;
  }

  std::int64_t from() const { return from_; }
  std::int64_t to() const { return to_; }

 private:
  static std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b != 0 && ((a < 0) != (b < 0)) ? quotient - 1 : quotient;
  }
  std::int64_t cells_, from_, to_;
};

struct Block {
  Linear offset, size;
};

// The free blocks of one buffer, by offset; the last one has no end.
class FreeBlocks {
 public:
  explicit FreeBlocks(CellRange& range) : range_(range) {
    blocks_.reserve(64);
    blocks_.push_back({{0, 0}, {kEndless, 0}});
  }

  Linear take(Linear size, Value value) {
    std::size_t best = blocks_.size() - 1;
    for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) {
      if (range_.at_least(blocks_[i].size, size) &&
          (best == blocks_.size() - 1 || range_.at_least(blocks_[best].size, blocks_[i].size))) {
        best = i;
      }
    }
    Block& block = blocks_[best];
    const Linear offset = block.offset;
    block.offset = block.offset + size;
    block.size = block.size - size;
    if (range_.same(block.size, {0, 0}))
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(best));
    const Linear end = offset + size;
    if (!range_.at_least(most_, end)) {
      most_ = end;
      fullest_ = value;
    }
    return offset;
  }

  void give_back(Linear offset, Linear size) {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      Block& block = blocks_[i];
      if (range_.same(block.offset + block.size, offset)) {
        block.size = block.size + size;
        if (i + 1 < blocks_.size() &&
            range_.same(block.offset + block.size, blocks_[i + 1].offset)) {
          block.size = block.size + blocks_[i + 1].size;
          blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i + 1));
        }
        return;
      }
      if (range_.same(offset + size, block.offset)) {
        block.offset = offset;
        block.size = block.size + size;
        if (i > 0 && range_.same(blocks_[i - 1].offset + blocks_[i - 1].size, blocks_[i].offset)) {
          blocks_[i - 1].size = blocks_[i - 1].size + blocks_[i].size;
          blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return;
      }
    }
    std::size_t at = 0;
    while (at < blocks_.size() && !range_.at_least(blocks_[at].offset, offset)) ++at;
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at), Block{offset, size});
  }

  Linear most() const { return most_; }
  Value fullest() const { return fullest_; }

 private:
  static constexpr std::int64_t kEndless = std::int64_t{1} << 60;
  CellRange& range_;
  std::vector<Block> blocks_;
  Linear most_;
  Value fullest_ = kOutside;
};

struct Place {
  Linear offset;
  std::int32_t readers = 0;
  std::int32_t views = 0;
  bool held = false;  // has memory of its own now
};

class Allocation {
 public:
  Allocation(const Graph& graph, CellRange& range)
      : graph_(graph), blocks_(range), places_(graph.nodes().size()) {}

  void run() {
    for (const Value input : graph_.inputs()) allocate(input);
    for (const Value value : graph_.order()) {
      const Node& node = at(value);
      if (node.kind == NodeKind::view && node.whole != kOutside) ++place(node.whole).views;
      for (const Value source : node.sources) {
        if (source != kOutside) ++place(source).readers;
      }
    }
    for (const Value value : graph_.order()) {
      allocate(value);
      for (const Value source : at(value).sources) {
        if (source != kOutside) release(source);
      }
    }
  }
  const FreeBlocks& blocks() const { return blocks_; }

 private:
  const Node& at(Value value) const { return graph_.nodes()[static_cast<std::size_t>(value)]; }
  Place& place(Value value) { return places_[static_cast<std::size_t>(value)]; }

  void allocate(Value value) {
    const Node& node = at(value);
    Place& own = place(value);
    if (own.held || node.kind == NodeKind::view || node.kind == NodeKind::effect) return;
    own.held = true;
    if (node.takes_place) {
      for (const Value source : node.sources) {
        if (source == kOutside) continue;
        const Node& parent = at(source);
        Place& theirs = place(source);
        if (!theirs.held || parent.kept || parent.type_bytes != node.type_bytes ||
            parent.extent != node.extent || theirs.readers != 1 || theirs.views != 0) {
          continue;
        }
        own.offset = theirs.offset;
        theirs.held = false;
        return;
      }
    }
    own.offset = blocks_.take(node.bytes, value);
  }

  void release(Value source) {
    Place& own = place(source);
    if (--own.readers != 0 || own.views != 0) return;
    const Node& node = at(source);
    if (node.kind == NodeKind::view) {
      if (node.whole == kOutside) return;
      Place& whole = place(node.whole);
      if (--whole.views == 0 && whole.readers == 0 && whole.held) free(node.whole);
    } else if (own.held) {
      free(source);
    }
  }

  void free(Value value) {
    const Node& node = at(value);
    if (node.kept) return;
    blocks_.give_back(place(value).offset, node.bytes);
    place(value).held = false;
  }

  const Graph& graph_;
  FreeBlocks blocks_;
  std::vector<Place> places_;
};

}  // namespace

Reserved reserve(const Graph& graph, std::int64_t cells, std::int64_t from, std::int64_t to) {
  CellRange range(cells, from, to);
  Allocation allocation(graph, range);
  allocation.run();
  return {allocation.blocks().most(), range.from(), range.to(), allocation.blocks().fullest()};
}

}  // namespace weighin
