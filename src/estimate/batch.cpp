// Which batch does the engine reserve its memory for, under a plan?
#include "estimate/batch.hpp"

#include <algorithm>

#include "weighin/formats.hpp"

namespace weighin {
namespace {

std::int64_t padded(std::int64_t cells) { return (cells + 255) / 256 * 256; }

}  // namespace

CacheCells cache_cells(const Shape& shape, const Plan& plan) {
  CacheCells cells;
  const std::int64_t context = padded(plan.context);
  cells.streams = plan.kv_unified ? 1 : plan.parallel;
  cells.of_stream = padded(std::max<std::int64_t>(context / cells.streams, 1));
  cells.all = cells.of_stream * cells.streams;
  // src/llama-kv-cache-iswa.cpp: the window of each sequence in the stream, and one batch.
  const std::int64_t windows = plan.kv_unified ? plan.parallel : 1;
  cells.sliding_most = padded(shape.sliding_window * windows + plan.ubatch);
  cells.sliding = std::min(cells.of_stream, cells.sliding_most);
  return cells;
}

Batch batch_of(const Shape& shape, const Plan& plan) {
  const CacheCells cells = cache_cells(shape, plan);
  Batch batch;
  batch.sequences = plan.parallel;
  batch.streams = cells.streams;
  const std::int64_t tokens = std::min(cells.all, plan.ubatch);
  const std::int64_t asked = plan.outputs == 0 ? plan.parallel : plan.outputs;
  // A model with an encoder keeps all.
  const bool all = plan.outputs < 0 || shape.kind == "t5";
  batch.outputs = all ? tokens : std::min(tokens, asked);
  batch.tokens = (tokens + plan.parallel - 1) / plan.parallel * plan.parallel;
  batch.flash = plan.flash_attn != "off";
  const WeightFormat* format = find_weight_format(plan.kv_type);
  if (format != nullptr) {
    batch.quantized_cache = format->block_weights > 1;
    batch.cache_bytes = static_cast<std::uint8_t>(format->block_bytes);
    batch.cache_block = format->block_weights;
  }
  if (cells.of_stream > cells.sliding_most) batch.sliding_cells = {cells.sliding_most, 0};
  return batch;
}

}  // namespace weighin
