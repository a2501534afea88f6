// Which pieces are the graphs of all models made of?
#pragma once

#include "estimate/graph/model_graph.hpp"

namespace weighin {

/// Queries, keys and values of one layer; keys and values may be absent where a layer reads
/// another's.
struct Heads {
  Value q = kOutside, k = kOutside, v = kOutside;
  std::int64_t value_dim = 0;  ///< of one head, as it comes out of attention
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0, cache_dim = 0;
};

/// Pieces of the graph of one batch.
class Parts {
 public:
  Parts(const Shape& shape, const Batch& batch, Graph& graph);

  const Shape& s;
  const Batch& b;
  const GraphStyle style;
  Graph& g;

  // ---- pieces
  Value embedding();
  Value linear(Value x, std::int64_t rows);
  Value norm(Value x, bool weight = true);
  Value bias(Value x, bool there) { return there ? g.in_place({x}) : x; }
  Value heads_view(Value x, std::int64_t head_dim, std::int64_t heads, bool contiguous = true);
  Value rows(Value x);  ///< of the tokens that are output
  Value contiguous(Value x, const Extent& extent) { return g.value(extent, {x}); }
  Extent flat(std::int64_t width) const { return {{width, b.tokens, 1, 1}, {1, 0}}; }

  // ---- attention
  /// The layer's own projection, norm and rotation of queries, keys and values.
  Heads project(Value x, std::int64_t layer);
  /// Attention over the cache, and the output matrix where `output_rows` is not 0.
  Value attend(Heads heads, bool sliding, std::int64_t output_rows, bool output_bias);
  /// Attention within the batch (encoders).
  Value attend_within(Heads heads, bool sliding, std::int64_t output_rows, bool output_bias,
                      Value score_bias = kOutside);
  /// The same over the cache with a bias for every pair of token and cell (T5).
  Value attend_biased(Heads heads, std::int64_t output_rows, Value score_bias);
  /// Attention over another model's output of `read` tokens (T5).
  Value attend_across(const Heads& heads, std::int64_t read, Value mask, std::int64_t output_rows);
  /// Latent attention that is undone before the cache (MiniCPM3).
  Heads decompress(Value x);
  /// Multi-head latent attention.
  Value attend_latent(Value x);

  // ---- feed-forward
  Value dense(Value x, std::int64_t ffn, GraphStyle::Activation activation, bool biased);
  Value feed_forward(Value x, std::int64_t layer);
  Value experts(Value x, Value logits);

  // ---- recurrent layers
  Value state_layer(Value x);
  /// Reads the state of all sequences: `values` each.
  Value read_state(std::int64_t values);

  Value logits(Value x);

  std::int64_t key_rotation(bool sliding) const;
  std::int64_t value_rotation() const;

  Value positions, output_rows;

 private:
  struct Cache {
    Value mask = kOutside, k_index = kOutside, v_index = kOutside, k_turn = kOutside,
          v_turn = kOutside;
  };
  const Cache& cache(bool sliding) const { return caches_[sliding && two_caches_ ? 1 : 0]; }
  Value scores(const Heads& heads, Linear cells, Value mask, Value queries, Value score_bias,
               bool latent);
  Value turn(Value x, Value by);
  Value mamba1(Value x);
  Value mamba2(Value x);
  Value short_convolution(Value x);
  Value delta_rule(Value x);

  const bool decompressed_;
  Cache caches_[2];
  bool two_caches_ = false;
  Value mask_within_[2] = {kOutside, kOutside};
  Value temperature_ = kOutside;
  Value state_index_ = kOutside, state_main_ = kOutside, state_extra_ = kOutside;
};

/// Whole graphs of the kinds that are put together in another way.
void build_decoder(Parts& parts);
void build_gemma3n(Parts& parts);
void build_gemma4(Parts& parts);
void build_encoder(Parts& parts);
void build_t5(Parts& parts);
void build_rwkv7(Parts& parts);

}  // namespace weighin
