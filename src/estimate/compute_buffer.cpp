// How large is the scratch buffer that llama.cpp reserves for its graph?
//
// Not a formula: the graph of the largest batch is built as the engine builds it, and its values
// are laid into memory by the rule of the engine's allocator. Equal to the byte to what the engine
// itself says on all 2208 loads of the truth that it did not refuse.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "estimate/batch.hpp"
#include "estimate/footprint.hpp"

namespace weighin {
namespace {

// One graph's values stay below 2^60 bytes, where the allocator's arithmetic is safe: the widest
// extents that the shape allows, times the largest batch.
bool within_arithmetic(const Shape& s, const Batch& b, std::int64_t cells) {
  double widest = 0;
  for (const std::int64_t width :
       {s.hidden, s.ffn, s.vocab, s.heads * std::max(s.head_dim, s.global_head_dim),
        s.embedding_width, s.per_layer_embedding * s.layers}) {
    widest = std::max(widest, static_cast<double>(width));
  }
  if (s.experts) {
    widest = std::max(widest, static_cast<double>(s.experts->used) *
                                  static_cast<double>(std::max(s.experts->ffn, s.hidden)));
    widest = std::max(widest, static_cast<double>(s.experts->shared_ffn));
    if (s.experts->used > 1024) return false;
  }
  if (s.state_space)
    widest = std::max(widest, 4.0 * static_cast<double>(s.state_space->inner) *
                                  static_cast<double>(s.state_space->state + 1));
  const double heads = static_cast<double>(std::max<std::int64_t>(s.heads, 1));
  const double scores = heads * static_cast<double>(std::max<std::int64_t>(cells, b.tokens)) *
                        static_cast<double>(std::max<std::int64_t>(s.head_dim, 1));
  const double layers = static_cast<double>(s.layers + s.decoder_layers + 1);
  return 64.0 * layers * static_cast<double>(b.tokens) * static_cast<double>(b.streams) *
             (8.0 * widest + scores) <
         1e18;
}

}  // namespace

std::optional<ReservedPiece> reserve_compute(const Shape& shape, const Plan& plan) {
  const CacheCells cells = cache_cells(shape, plan);
  const Batch batch = batch_of(shape, plan);
  if (!within_arithmetic(shape, batch, cells.of_stream)) return std::nullopt;
  Graph graph;
  if (!build_graph(shape, batch, graph)) return ReservedPiece{};
  // The batch is as long as the context where that is shorter; then no other context has this
  // graph.
  std::int64_t from = cells.of_stream, to = cells.of_stream;
  if (cells.all >= plan.ubatch) {
    from = 1;
    to = std::numeric_limits<std::int64_t>::max() / 2;
    if (shape.sliding_window > 0) {
      if (cells.of_stream > cells.sliding_most) {
        from = cells.sliding_most;
      } else {
        to = cells.sliding_most;
      }
    }
    from = std::max(from, (plan.ubatch + cells.streams - 1) / cells.streams);
  }
  const Reserved reserved = reserve(graph, cells.of_stream, from, to);
  ReservedPiece piece{reserved.bytes, reserved.from, reserved.to, "", 0, 0};
  if (reserved.fullest != kOutside)
    piece.fullest = graph.nodes()[static_cast<std::size_t>(reserved.fullest)].section;
  for (const Value value : graph.order()) {
    const Node& node = graph.nodes()[static_cast<std::size_t>(value)];
    if (node.kind == NodeKind::view || node.kind == NodeKind::input) continue;
    piece.values += 1;
    piece.value_bytes += node.bytes.fixed;
  }
  piece.value_bytes /= std::max<std::int64_t>(batch.tokens, 1);
  return piece;
}

std::optional<ComputeBuffer> compute_buffer(const Shape& shape, const Plan& plan) {
  const auto piece = reserve_compute(shape, plan);
  if (!piece) return std::nullopt;
  const CacheCells cells = cache_cells(shape, plan);
  const Batch batch = batch_of(shape, plan);
  ComputeBuffer buffer;
  buffer.bytes = piece->bytes.at(cells.of_stream);
  buffer.values = piece->values;
  buffer.value_bytes = piece->value_bytes;
  buffer.how = fmt::format("{} tokens at once, logits of {}; fullest in: {}", batch.tokens,
                           batch.outputs, std::strlen(piece->fullest) > 0 ? piece->fullest : "-");
  return buffer;
}

}  // namespace weighin
