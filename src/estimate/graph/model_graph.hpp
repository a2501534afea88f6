// Which graph does the engine build for a batch of one model?
//
// As llama.cpp v0.5.0 builds it (src/llama-graph.cpp, src/models/*.cpp): which values, read by
// whom, in which order. Only what takes memory is kept.
#pragma once

#include <optional>

#include "estimate/graph/graph.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {

/// What the engine reserves its compute buffer for: the largest batch.
struct Batch {
  std::int64_t tokens = 512;
  std::int64_t sequences = 1;
  std::int64_t outputs = 1;    ///< tokens whose logits are kept
  std::int64_t streams = 1;    ///< caches apart: one a sequence, or one for all
  Linear cells{0, 1};          ///< of one stream, in a layer of full attention
  Linear sliding_cells{0, 1};  ///< in a sliding layer
  bool flash = true;
  bool quantized_cache = false;
  std::uint8_t cache_bytes = 2;  ///< of one block of values in the cache
  std::int64_t cache_block = 1;  ///< values in a block
  /// The embedding is looked up elsewhere (in the system's memory) and comes in as an input: the
  /// graph of a GPU that holds all layers.
  bool embedded = false;
};

/// How the layers of an architecture are put together, beyond what their sizes say.
struct GraphStyle {
  enum class Residual : std::uint8_t {
    in_turn,      ///< attention, add, feed-forward, add
    shared_norm,  ///< both read the same norm (Falcon, Phi-2, Command-R)
    own_norms,    ///< both read the layer's input (GPT-NeoX)
  };
  enum class Activation : std::uint8_t { gated, fused_gate, plain, squared };
  enum class Rope : std::uint8_t { all, none, sliding_layers, three_of_four };
  enum class Router : std::uint8_t { softmax, sigmoid, softmax_of_chosen };

  bool layer_norm = false;  ///< mean is subtracted: a value of its own, not in place
  bool pre_norm = true, post_norm = false;
  bool scale_embedding = false, scale_query = false, scale_residual = false, scale_logits = false;
  bool soft_cap_scores = false, soft_cap_logits = false;
  bool rows_at_end = false;         ///< outputs are picked after the last layer, not within
  bool keys_before_values = false;  ///< order of writing to the cache
  bool flat_qk_norm = false;     ///< queries and keys are normed before they are split into heads
  bool temperature = false;      ///< queries are scaled by position
  bool norm_after_rope = false;  ///< Llama 4
  bool weight_before_experts = false;  ///< Llama 4
  bool normed_weights = true;          ///< the chosen experts' weights are made to add up to one
  bool scaled_weights = false;
  bool expert_groups = false;
  Residual residual = Residual::in_turn;
  Activation activation = Activation::gated;
  Rope rope = Rope::all;
  Router router = Router::softmax;
  bool known = true;  ///< false: nobody has described this architecture; a plain decoder is assumed
  bool held = true;   ///< false: built as its makers describe it, and not held against the engine yet
};
GraphStyle style_of(const Shape& shape);

/// Builds the graph of `batch`. False for a kind of model that the engine does not run.
bool build_graph(const Shape& shape, const Batch& batch, Graph& graph);

}  // namespace weighin
