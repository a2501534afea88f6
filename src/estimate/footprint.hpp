// What do the parts of a running model take: cache, state, buffers?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "estimate/graph/graph.hpp"
#include "estimate/tensors.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

/// The KV cache as llama.cpp allocates it.
struct KvCache {
  Bytes total_bytes = 0;
  Bytes bytes_per_cell = 0;          ///< of all full-attention layers together
  Bytes bytes_per_sliding_cell = 0;  ///< of all sliding layers together
  std::int64_t cells = 0;            ///< of a full-attention layer
  std::int64_t sliding_cells = 0;
  std::vector<Bytes> layer_bytes;  ///< one entry a layer
};

/// Cells are the context padded to 256; sliding layers keep min(cells, pad256(window x sequences +
/// ubatch)). Latent attention keeps one vector of kv_lora_rank + rope dimensions, keys only.
/// Source: llama.cpp src/llama-kv-cache*.cpp; equal to its own figures on 2418 loads. Nothing where
/// a size overflows or the type is not known.
std::optional<KvCache> kv_cache(const Shape& shape, const Plan& plan);

/// Recurrent state of all layers and sequences, always F32.
std::optional<Bytes> recurrent_state_bytes(const Shape& shape, std::int64_t sequences);

/// The scratch buffer that llama.cpp reserves for its graph.
struct ComputeBuffer {
  Bytes bytes = 0;
  std::string how;          ///< for which batch, and which part of the graph takes the most
  std::int64_t values = 0;  ///< computed by the graph
  Bytes value_bytes = 0;    ///< of all of them together, for one token of the batch
};
/// Nothing where sizes would overflow; 0 bytes for a kind of model that the engine does not run.
std::optional<ComputeBuffer> compute_buffer(const Shape& shape, const Plan& plan);

/// The same as a straight line over the cells of one stream of the cache, and from where to where
/// the line holds: the same plan at another context within is answered by it.
struct ReservedPiece {
  Linear bytes;
  std::int64_t from = 0, to = 0;
  const char* fullest = "";
  std::int64_t values = 0;  ///< computed by the graph
  Bytes value_bytes = 0;    ///< of all of them together, for one token of the batch
};
std::optional<ReservedPiece> reserve_compute(const Shape& shape, const Plan& plan);

/// What attention and experts ask of a processor for one token.
void fill_attention_work(const Shape& shape, TokenWork& work);

/// Logits of one token for each sequence (embeddings of an encoder).
Bytes output_buffer_bytes(const Shape& shape, const Plan& plan);

/// What the engine's process takes beside the model: libraries, stacks, the tokenizer's heap.
Bytes process_bytes(const Shape& shape);

/// The words of --kv-type that llama.cpp takes.
const std::vector<std::string>& kv_types();

}  // namespace weighin
