// Which batch does the engine reserve its memory for, under a plan?
#pragma once

#include "estimate/graph/model_graph.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

/// The cells of the KV cache as llama.cpp rounds them: the context up to a multiple of 256, for
/// each sequence apart where the cache is not unified (src/llama-context.cpp).
struct CacheCells {
  std::int64_t streams = 1;
  std::int64_t of_stream = 0;
  std::int64_t all = 0;           ///< streams x of_stream: what the engine calls n_ctx
  std::int64_t sliding = 0;       ///< of a stream, in a sliding layer
  std::int64_t sliding_most = 0;  ///< what `sliding` is where the context is long
};
CacheCells cache_cells(const Shape& shape, const Plan& plan);

/// The largest batch: `min(context, ubatch)` tokens, rounded up to whole sequences.
Batch batch_of(const Shape& shape, const Plan& plan);

}  // namespace weighin
