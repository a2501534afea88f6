// How do hyperparameters become the list of all tensors?
#include "estimate/tensors.hpp"

#include <algorithm>

namespace weighin {
namespace {

// No model known has more; a file that says so lies. 2^20 layers would be a denial of service.
constexpr std::int64_t kMostLayers = 1000;
constexpr std::int64_t kMostWidth = 1 << 24;
constexpr std::int64_t kMostExperts = 1 << 16;

bool sane(const Shape& s) {
  for (const std::int64_t width :
       {s.hidden, s.ffn, s.vocab, s.heads, s.kv_heads, s.head_dim, s.positions, s.token_types,
        s.file_vocab, s.per_layer_vocab, s.audio_positions, s.mel_bins, s.embedding_width,
        s.relative_buckets, s.per_layer_embedding, s.short_conv, s.global_head_dim,
        s.global_kv_heads}) {
    if (width < 0 || width > kMostWidth) return false;
  }
  if (s.layers < 1 || s.layers > kMostLayers || s.decoder_layers < 0 ||
      s.decoder_layers > kMostLayers)
    return false;
  if (s.hidden < 1 || s.vocab < 1) return false;
  if (s.heads > 0 && s.kv_heads > s.heads) return false;
  if (s.experts) {
    const Experts& e = *s.experts;
    if (e.count < 1 || e.count > kMostExperts || e.used < 1 || e.used > e.count || e.ffn < 1 ||
        e.ffn > kMostWidth || e.shared_ffn < 0 || e.shared_ffn > kMostWidth ||
        e.leading_dense < 0 || e.interval < 1 || e.latent < 0 || e.latent > kMostWidth) {
      return false;
    }
  }
  return true;
}

void add_decoder(const Shape& s, TensorList& list) {
  const std::int64_t width = s.hidden;
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  if (s.embedding_norm) {
    list.vector("token_embd_norm.weight", -1, width);
    if (s.norm_bias) list.vector("token_embd_norm.bias", -1, width);
  }
  // Factors of the rotary angles, computed by the converter: one table for Llama 3.1 and after, two
  // (long and short) for Phi-3.5 and after.
  const std::int64_t turned = (s.latent ? s.latent->qk_rope_head_dim : s.head_dim) / 2;
  if (s.rope_factors == 1) {
    list.vector("rope_freqs.weight", -1, turned, false);
  } else if (s.rope_factors == 2) {
    list.vector("rope_factors_long.weight", -1, turned, false);
    list.vector("rope_factors_short.weight", -1, turned, false);
  }
  if (s.positions > 0) list.small("position_embd.weight", -1, width, s.positions);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    if (is_attention_layer(s, layer)) {
      add_attention(s, layer, list);
    } else if (is_recurrent_layer(s, layer)) {
      add_recurrent(s, layer, list);
    }
    if (s.ffn_layers.empty() || is_feed_forward_layer(s, layer)) add_ffn(s, layer, list);
  }
  if (s.kind == "lfm2") {
    list.vector("token_embd_norm.weight", -1, width);  // LFM2 calls its last norm so
  } else if (s.norm_weight) {
    list.vector("output_norm.weight", -1, width);
    if (s.norm_bias) list.vector("output_norm.bias", -1, width);
  }
  if (!s.tied_embeddings) list.matrix("output.weight", -1, Role::output, width, s.vocab);
  // Falcon's files keep the second copy; today's Qwen files do not (unsloth/Qwen3-0.6B-GGUF).
  if (s.tied_embeddings && s.embedding_stored_twice && s.architecture == "falcon") {
    list.matrix("output.weight", -1, Role::output, width, s.vocab);
    list.back().counted = false;
  }
  if (s.output_bias) list.vector("output.bias", -1, s.vocab);
}

}  // namespace

void TensorList::vector(std::string_view name, std::int32_t layer, std::int64_t size,
                        bool counted) {
  if (size <= 0) return;
  Tensor tensor{name, layer, Role::keep_f32, 1, {size, 1, 1}};
  tensor.counted = counted;
  tensors_.push_back(tensor);
}

void TensorList::small(std::string_view name, std::int32_t layer, std::int64_t ne0,
                       std::int64_t ne1, std::int64_t ne2) {
  if (ne0 <= 0 || ne1 <= 0 || ne2 <= 0) return;
  tensors_.push_back(
      {name, layer, Role::keep_f32, static_cast<std::uint8_t>(ne2 > 1 ? 3 : 2), {ne0, ne1, ne2}});
}

void TensorList::matrix(std::string_view name, std::int32_t layer, Role role, std::int64_t ne0,
                        std::int64_t ne1, std::int64_t ne2, bool expert) {
  if (ne0 <= 0 || ne1 <= 0 || ne2 <= 0) return;
  Tensor tensor{
      name, layer, role, static_cast<std::uint8_t>(ne2 > 1 || expert ? 3 : 2), {ne0, ne1, ne2}};
  tensor.expert = expert;
  tensors_.push_back(tensor);
}

void TensorList::uncount_last(std::size_t count) {
  for (std::size_t i = 0; i < count && i < tensors_.size(); ++i)
    tensors_[tensors_.size() - 1 - i].counted = false;
}

bool is_expert_layer(const Shape& shape, std::int64_t layer) {
  if (!shape.experts) return false;
  if (!shape.ffn_layers.empty() && !is_feed_forward_layer(shape, layer)) return false;
  return layer >= shape.experts->leading_dense && (layer + 1) % shape.experts->interval == 0;
}

bool is_attention_layer(const Shape& shape, std::int64_t layer) {
  if (shape.time_mix) return false;
  if (shape.state_space && shape.attention_layers.empty() && shape.full_attention_interval == 0)
    return false;
  if (shape.full_attention_interval > 0) return (layer + 1) % shape.full_attention_interval == 0;
  if (shape.attention_layers.empty()) return shape.short_conv == 0;
  return std::find(shape.attention_layers.begin(), shape.attention_layers.end(), layer) !=
         shape.attention_layers.end();
}

bool is_feed_forward_layer(const Shape& shape, std::int64_t layer) {
  return std::find(shape.ffn_layers.begin(), shape.ffn_layers.end(), layer) !=
         shape.ffn_layers.end();
}

bool is_recurrent_layer(const Shape& shape, std::int64_t layer) {
  return !is_attention_layer(shape, layer) && !is_feed_forward_layer(shape, layer);
}

bool has_indexer(const Shape& shape, std::int64_t layer) {
  if (!shape.latent || shape.latent->indexer_heads < 1) return false;
  const LatentAttention& a = *shape.latent;
  if (a.indexer_interval <= 1 || layer < a.indexer_leading) return true;
  return (layer - a.indexer_leading + 1) % a.indexer_interval == 0;
}

bool is_decompressed(const Shape& shape) { return shape.architecture == "minicpm3"; }

std::int64_t widest_values(const Shape& s) {
  if (s.latent && is_decompressed(s)) return s.heads * s.latent->v_head_dim;
  const std::int64_t full_heads = s.global_kv_heads > 0 ? s.global_kv_heads : s.kv_heads;
  return std::max(s.kv_heads * s.head_dim, full_heads * s.global_head_dim);
}

bool is_sliding_layer(const Shape& shape, std::int64_t layer) {
  if (shape.sliding_window <= 0) return false;
  // "5 local : 1 global", "1 local : 1 global", "3 chunked : 1 global (NoPE)". Without a pattern
  // the window is only in the model's papers: llama.cpp lets every layer of Mistral 7B v0.1 and
  // Phi-3 see the whole context.
  std::int64_t local = 0, global = 0;
  const std::size_t colon = shape.swa_pattern.find(':');
  if (colon == std::string::npos) return false;
  for (const char c : shape.swa_pattern.substr(0, colon)) {
    if (c >= '0' && c <= '9' && local < 1000) local = local * 10 + (c - '0');
  }
  for (const char c : shape.swa_pattern.substr(colon)) {
    if (c >= '0' && c <= '9' && global < 1000) global = global * 10 + (c - '0');
  }
  if (local <= 0) return false;
  if (global <= 0) return true;
  return layer % (local + global) < local;
}

std::optional<std::vector<Tensor>> tensors_of(const Shape& shape) {
  if (!sane(shape)) return std::nullopt;
  std::vector<Tensor> tensors;
  tensors.reserve(static_cast<std::size_t>(shape.layers) * 16 + 8);
  TensorList list(tensors);
  const std::string& kind = shape.kind;
  if (kind == "bert" || kind == "nomic" || kind == "modernbert") {
    if (!add_encoder(shape, list)) return std::nullopt;
  } else if (kind == "t5" || kind == "whisper") {
    if (!add_sequence_to_sequence(shape, list)) return std::nullopt;
  } else if (kind == "gemma3n") {
    if (!add_gemma3n(shape, list)) return std::nullopt;
  } else if (kind == "gemma4") {
    if (!add_gemma4(shape, list)) return std::nullopt;
  } else if (kind == "rwkv7") {
    if (!add_rwkv7(shape, list)) return std::nullopt;
  } else if (kind == "decoder" || kind == "llama4" || kind == "mamba1" || kind == "mamba2" ||
             kind == "jamba" || kind == "granite_hybrid" || kind == "nemotron_h" ||
             kind == "lfm2" || kind == "qwen_hybrid") {
    add_decoder(shape, list);
  } else {
    return std::nullopt;
  }
  return tensors;
}

}  // namespace weighin
