// Which tensors does a model have?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "weighin/catalogue.hpp"

namespace weighin {

/// What a tensor is to the quantizer and to the memory plan.
enum class Role : std::uint8_t {
  token_embedding,      ///< rows looked up, and multiplied where embeddings are tied
  per_layer_embedding,  ///< Gemma 3n: rows looked up only
  output,
  attention_q,
  attention_k,
  attention_v,
  attention_qkv,
  attention_kv_b,  ///< keys and values made from one latent vector
  attention_output,
  ffn_gate,
  ffn_up,
  ffn_down,
  other_matrix,  ///< quantized by the file type's base, without a rule of its own
  keep_f32,      ///< stays F32 whatever the file type: norms, biases, routers, convolutions
  keep_source,   ///< stays as the checkpoint has it: 16 bits
};

/// One tensor. Static text and plain numbers: a list of a thousand costs microseconds.
struct Tensor {
  std::string_view name;    ///< without "blk.N.": "attn_q.weight"
  std::int32_t layer = -1;  ///< -1 = belongs to no layer
  Role role = Role::keep_f32;
  std::uint8_t dimensions = 1;
  std::array<std::int64_t, 3> size{1, 1,
                                   1};  ///< ne0 = row length, ne1 = rows, ne2 = experts or heads
  bool expert = false;                  ///< only `experts.used` of ne2 are read for a token
  bool counted = true;                  ///< part of the published parameter count
  bool in_file = true;                  ///< stands in GGUF files
  std::int64_t elements() const { return size[0] * size[1] * size[2]; }
};

/// All tensors of the shape, in no particular order. Nothing for a kind that is not known, or for
/// hyperparameters that cannot be (negative, or more than any model could have).
std::optional<std::vector<Tensor>> tensors_of(const Shape& shape);

/// True where layer `layer` of the shape holds a mixture of experts.
bool is_expert_layer(const Shape& shape, std::int64_t layer);
/// True where layer `layer` attends over the KV cache (false: a recurrent or convolution layer).
bool is_attention_layer(const Shape& shape, std::int64_t layer);

/// True where layer `layer` is a feed-forward and nothing else (Nemotron-H).
bool is_feed_forward_layer(const Shape& shape, std::int64_t layer);
/// True where layer `layer` keeps a state in place of a cache.
bool is_recurrent_layer(const Shape& shape, std::int64_t layer);
/// True where layer `layer` has an indexer of its own, that chooses the cells which are attended.
bool has_indexer(const Shape& shape, std::int64_t layer);

/// True where latent attention is undone before the cache: full keys and values are kept
/// (MiniCPM3).
bool is_decompressed(const Shape& shape);
/// Values that a token adds to the cache of the layer that adds most: without flash attention every
/// layer's cache is as wide.
std::int64_t widest_values(const Shape& shape);

/// True where layer `layer` attends only within the sliding window, by the shape's pattern "N local
/// : M global".
bool is_sliding_layer(const Shape& shape, std::int64_t layer);

/// Collects the tensors of one model; the families fill it.
class TensorList {
 public:
  explicit TensorList(std::vector<Tensor>& tensors) : tensors_(tensors) {}
  void vector(std::string_view name, std::int32_t layer, std::int64_t size, bool counted = true);
  /// A small matrix that stays F32.
  void small(std::string_view name, std::int32_t layer, std::int64_t ne0, std::int64_t ne1,
             std::int64_t ne2 = 1);
  void matrix(std::string_view name, std::int32_t layer, Role role, std::int64_t ne0,
              std::int64_t ne1, std::int64_t ne2 = 1, bool expert = false);
  Tensor& back() { return tensors_.back(); }
  /// The last few stand in files, and in no count of parameters.
  void uncount_last(std::size_t count);

 private:
  std::vector<Tensor>& tensors_;
};

/// The families (src/estimate/families/): each adds the tensors of one layer, or of the whole
/// model.
void add_attention(const Shape& shape, std::int32_t layer, TensorList& list);
void add_ffn(const Shape& shape, std::int32_t layer, TensorList& list);
void add_recurrent(const Shape& shape, std::int32_t layer, TensorList& list);
bool add_encoder(const Shape& shape, TensorList& list);
bool add_sequence_to_sequence(const Shape& shape, TensorList& list);
bool add_rwkv7(const Shape& shape, TensorList& list);
bool add_gemma4(const Shape& shape, TensorList& list);
bool add_gemma3n(const Shape& shape, TensorList& list);

}  // namespace weighin
