// Under which keys does a shape stand in a catalogue, and how large may each number be?
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "weighin/catalogue.hpp"

namespace weighin::catalogue {

// Ten times what the largest models known have (Kimi-K2: 7168 wide, 384 experts; Llama-3.1-405B:
// 126 layers, 53248 in its widest matrix; the largest vocabularies have 262400 tokens), so that
// nonsense is told early.
inline constexpr std::int64_t kMostLayers = 2048;
inline constexpr std::int64_t kMostWidth = 1 << 20;
inline constexpr std::int64_t kMostVocab = 1 << 24;
inline constexpr std::int64_t kMostExperts = 16384;
inline constexpr std::int64_t kMostContext = std::int64_t{1} << 32;

template <class T>
struct Number {
  std::string_view key;
  std::int64_t T::*member;
  std::int64_t most;
};
template <class T>
struct Flag {
  std::string_view key;
  bool T::*member;
};

inline constexpr std::array<Number<Shape>, 29> kNumbers{{
    {"layers", &Shape::layers, kMostLayers},
    {"decoder_layers", &Shape::decoder_layers, kMostLayers},
    {"hidden", &Shape::hidden, kMostWidth},
    {"ffn", &Shape::ffn, kMostWidth},
    {"vocab", &Shape::vocab, kMostVocab},
    {"file_vocab", &Shape::file_vocab, kMostVocab},
    {"heads", &Shape::heads, kMostWidth},
    {"kv_heads", &Shape::kv_heads, kMostWidth},
    {"head_dim", &Shape::head_dim, kMostWidth},
    {"norms_per_layer", &Shape::norms_per_layer, 16},
    {"activation_weights", &Shape::activation_weights, kMostWidth},
    {"positions", &Shape::positions, kMostVocab},
    {"token_types", &Shape::token_types, kMostVocab},
    {"embedding_width", &Shape::embedding_width, kMostWidth},
    {"relative_buckets", &Shape::relative_buckets, kMostWidth},
    {"mel_bins", &Shape::mel_bins, kMostWidth},
    {"audio_positions", &Shape::audio_positions, kMostVocab},
    {"sliding_window", &Shape::sliding_window, kMostContext},
    {"kv_layers", &Shape::kv_layers, kMostLayers},
    {"kv_swa_layers", &Shape::kv_swa_layers, kMostLayers},
    {"kv_shared_layers", &Shape::kv_shared_layers, kMostLayers},
    {"global_head_dim", &Shape::global_head_dim, kMostWidth},
    {"global_kv_heads", &Shape::global_kv_heads, kMostWidth},
    {"per_layer_embedding", &Shape::per_layer_embedding, kMostWidth},
    {"per_layer_vocab", &Shape::per_layer_vocab, kMostVocab},
    {"full_attention_interval", &Shape::full_attention_interval, kMostLayers},
    {"rope_factors", &Shape::rope_factors, 2},
    {"short_conv", &Shape::short_conv, 4096},
    {"multi_token_layers", &Shape::multi_token_layers, kMostLayers},
}};

inline constexpr std::array<Flag<Shape>, 19> kFlags{{
    {"tied_embeddings", &Shape::tied_embeddings},
    {"embedding_stored_twice", &Shape::embedding_stored_twice},
    {"gated_ffn", &Shape::gated_ffn},
    {"fused_qkv", &Shape::fused_qkv},
    {"fused_ffn", &Shape::fused_ffn},
    {"qkv_bias", &Shape::qkv_bias},
    {"attention_output_bias", &Shape::attention_output_bias},
    {"ffn_bias", &Shape::ffn_bias},
    {"output_bias", &Shape::output_bias},
    {"qk_norm", &Shape::qk_norm},
    {"qk_norm_full", &Shape::qk_norm_full},
    {"norm_weight", &Shape::norm_weight},
    {"norm_bias", &Shape::norm_bias},
    {"embedding_norm", &Shape::embedding_norm},
    {"sub_norms", &Shape::sub_norms},
    {"attention_sinks", &Shape::attention_sinks},
    {"shared_layers", &Shape::shared_layers},
    {"pooler", &Shape::pooler},
    {"wide_shared_ffn", &Shape::wide_shared_ffn},
}};

inline constexpr std::array<Number<Experts>, 8> kExpertNumbers{{
    {"count", &Experts::count, kMostExperts},
    {"used", &Experts::used, kMostExperts},
    {"ffn", &Experts::ffn, kMostWidth},
    {"latent", &Experts::latent, kMostWidth},
    {"shared_count", &Experts::shared_count, kMostExperts},
    {"shared_ffn", &Experts::shared_ffn, kMostWidth},
    {"leading_dense", &Experts::leading_dense, kMostLayers},
    {"interval", &Experts::interval, kMostLayers},
}};
inline constexpr std::array<Flag<Experts>, 4> kExpertFlags{{
    {"router_bias", &Experts::router_bias},
    {"expert_bias", &Experts::expert_bias},
    {"correction_bias", &Experts::correction_bias},
    {"shared_gate", &Experts::shared_gate},
}};
inline constexpr std::array<Number<LatentAttention>, 9> kLatentNumbers{{
    {"q_lora_rank", &LatentAttention::q_lora_rank, kMostWidth},
    {"kv_lora_rank", &LatentAttention::kv_lora_rank, kMostWidth},
    {"qk_nope_head_dim", &LatentAttention::qk_nope_head_dim, kMostWidth},
    {"qk_rope_head_dim", &LatentAttention::qk_rope_head_dim, kMostWidth},
    {"v_head_dim", &LatentAttention::v_head_dim, kMostWidth},
    {"indexer_heads", &LatentAttention::indexer_heads, kMostWidth},
    {"indexer_head_dim", &LatentAttention::indexer_head_dim, kMostWidth},
    {"indexer_leading", &LatentAttention::indexer_leading, kMostLayers},
    {"indexer_interval", &LatentAttention::indexer_interval, kMostLayers},
}};
inline constexpr std::array<Number<TimeMix>, 5> kTimeMixNumbers{{
    {"head_size", &TimeMix::head_size, kMostWidth},
    {"decay_rank", &TimeMix::decay_rank, kMostWidth},
    {"iclr_rank", &TimeMix::iclr_rank, kMostWidth},
    {"value_rank", &TimeMix::value_rank, kMostWidth},
    {"gate_rank", &TimeMix::gate_rank, kMostWidth},
}};
inline constexpr std::array<Number<StateSpace>, 8> kStateNumbers{{
    {"inner", &StateSpace::inner, kMostWidth},
    {"state", &StateSpace::state, kMostWidth},
    {"conv", &StateSpace::conv, 4096},
    {"dt_rank", &StateSpace::dt_rank, kMostWidth},
    {"groups", &StateSpace::groups, kMostWidth},
    {"heads", &StateSpace::heads, kMostWidth},
    {"head_dim", &StateSpace::head_dim, kMostWidth},
    {"normed", &StateSpace::normed, 1},
}};
inline constexpr std::array<Number<LinearAttention>, 5> kLinearNumbers{{
    {"k_heads", &LinearAttention::k_heads, kMostWidth},
    {"v_heads", &LinearAttention::v_heads, kMostWidth},
    {"k_dim", &LinearAttention::k_dim, kMostWidth},
    {"v_dim", &LinearAttention::v_dim, kMostWidth},
    {"conv", &LinearAttention::conv, 4096},
}};

}  // namespace weighin::catalogue
