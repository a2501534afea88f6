// Are these hyperparameters ones that a model could have?
#include "catalogue/shape_reader.hpp"

#include <fmt/format.h>

#include <array>

namespace weighin::catalogue {
namespace {

// Ten times what the largest models known have (Kimi-K2: 7168 wide, 384 experts; Llama-3.1-405B:
// 126 layers, 53248 in its widest matrix; the largest vocabularies have 262400 tokens), so that
// nonsense is told early.
constexpr std::int64_t kMostLayers = 2048;
constexpr std::int64_t kMostWidth = 1 << 20;
constexpr std::int64_t kMostVocab = 1 << 24;
constexpr std::int64_t kMostExperts = 16384;
constexpr std::int64_t kMostContext = std::int64_t{1} << 32;

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

constexpr std::array<Number<Shape>, 29> kNumbers{{
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

constexpr std::array<Flag<Shape>, 19> kFlags{{
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

constexpr std::array<Number<Experts>, 7> kExpertNumbers{{
    {"count", &Experts::count, kMostExperts},
    {"used", &Experts::used, kMostExperts},
    {"ffn", &Experts::ffn, kMostWidth},
    {"shared_count", &Experts::shared_count, kMostExperts},
    {"shared_ffn", &Experts::shared_ffn, kMostWidth},
    {"leading_dense", &Experts::leading_dense, kMostLayers},
    {"interval", &Experts::interval, kMostLayers},
}};
constexpr std::array<Flag<Experts>, 4> kExpertFlags{{
    {"router_bias", &Experts::router_bias},
    {"expert_bias", &Experts::expert_bias},
    {"correction_bias", &Experts::correction_bias},
    {"shared_gate", &Experts::shared_gate},
}};
constexpr std::array<Number<LatentAttention>, 5> kLatentNumbers{{
    {"q_lora_rank", &LatentAttention::q_lora_rank, kMostWidth},
    {"kv_lora_rank", &LatentAttention::kv_lora_rank, kMostWidth},
    {"qk_nope_head_dim", &LatentAttention::qk_nope_head_dim, kMostWidth},
    {"qk_rope_head_dim", &LatentAttention::qk_rope_head_dim, kMostWidth},
    {"v_head_dim", &LatentAttention::v_head_dim, kMostWidth},
}};
constexpr std::array<Number<TimeMix>, 5> kTimeMixNumbers{{
    {"head_size", &TimeMix::head_size, kMostWidth},
    {"decay_rank", &TimeMix::decay_rank, kMostWidth},
    {"iclr_rank", &TimeMix::iclr_rank, kMostWidth},
    {"value_rank", &TimeMix::value_rank, kMostWidth},
    {"gate_rank", &TimeMix::gate_rank, kMostWidth},
}};
constexpr std::array<Number<StateSpace>, 8> kStateNumbers{{
    {"inner", &StateSpace::inner, kMostWidth},
    {"state", &StateSpace::state, kMostWidth},
    {"conv", &StateSpace::conv, 4096},
    {"dt_rank", &StateSpace::dt_rank, kMostWidth},
    {"groups", &StateSpace::groups, kMostWidth},
    {"heads", &StateSpace::heads, kMostWidth},
    {"head_dim", &StateSpace::head_dim, kMostWidth},
    {"normed", &StateSpace::normed, 1},
}};
constexpr std::array<Number<LinearAttention>, 5> kLinearNumbers{{
    {"k_heads", &LinearAttention::k_heads, kMostWidth},
    {"v_heads", &LinearAttention::v_heads, kMostWidth},
    {"k_dim", &LinearAttention::k_dim, kMostWidth},
    {"v_dim", &LinearAttention::v_dim, kMostWidth},
    {"conv", &LinearAttention::conv, 4096},
}};

template <class T, std::size_t N>
void take(Fields& fields, T& target, const std::array<Number<T>, N>& numbers,
          std::vector<std::string_view>& known) {
  for (const Number<T>& number : numbers) {
    fields.integer(number.key, target.*number.member, 0, number.most);
    known.push_back(number.key);
  }
}

template <class T, std::size_t N>
void take(Fields& fields, T& target, const std::array<Flag<T>, N>& flags,
          std::vector<std::string_view>& known) {
  for (const Flag<T>& flag : flags) {
    fields.boolean(flag.key, target.*flag.member);
    known.push_back(flag.key);
  }
}

// A part of the shape that is an object of numbers alone.
template <class T, std::size_t N>
std::optional<T> part(Fields& fields, std::string_view key,
                      const std::array<Number<T>, N>& numbers) {
  const JsonNode* node = fields.object(key);
  if (node == nullptr) return std::nullopt;
  Fields inner(*node, fields.owner(), fields.owner_line(), fields.faults());
  T target;
  std::vector<std::string_view> known;
  take(inner, target, numbers, known);
  inner.nothing_but(known);
  return target;
}

std::optional<Experts> read_experts(Fields& fields) {
  const JsonNode* node = fields.object("experts");
  if (node == nullptr) return std::nullopt;
  Fields inner(*node, fields.owner(), fields.owner_line(), fields.faults());
  Experts experts;
  std::vector<std::string_view> known;
  take(inner, experts, kExpertNumbers, known);
  take(inner, experts, kExpertFlags, known);
  inner.nothing_but(known);
  if (experts.count < 1 || experts.ffn < 1) {
    inner.fault(node->line, "\"experts\" needs \"count\", \"used\" and \"ffn\" of 1 or more");
  } else if (experts.used < 1 || experts.used > experts.count) {
    inner.fault(inner.line_of("used"),
                fmt::format("\"used\" is {} of {} experts", experts.used, experts.count));
  } else if (experts.interval < 1) {
    inner.fault(inner.line_of("interval"), "\"interval\" is 0: every how many layers?");
  }
  return experts;
}

// What no table can say: fields that must agree with each other.
void check(Fields& fields, const Shape& shape) {
  if (shape.kind.empty()) fields.fault(fields.node().line, "\"shape\" has no \"kind\"");
  if (shape.layers < 1) fields.fault(fields.line_of("layers"), "\"layers\" is missing or 0");
  if (shape.hidden < 1) fields.fault(fields.line_of("hidden"), "\"hidden\" is missing or 0");
  if (shape.vocab < 1) fields.fault(fields.line_of("vocab"), "\"vocab\" is missing or 0");
  if (shape.heads > 0 && (shape.head_dim < 1 || shape.kv_heads < 1)) {
    fields.fault(fields.line_of("heads"), "\"heads\" needs \"kv_heads\" and \"head_dim\"");
  }
  if (shape.kv_heads > shape.heads) {
    fields.fault(
        fields.line_of("kv_heads"),
        fmt::format("\"kv_heads\" is {}, more than \"heads\", {}", shape.kv_heads, shape.heads));
  }
  if (shape.file_vocab > shape.vocab) {
    fields.fault(fields.line_of("file_vocab"), "\"file_vocab\" is more than \"vocab\"");
  }
  for (const auto& [key, count] :
       {std::pair{"kv_layers", shape.kv_layers}, std::pair{"kv_swa_layers", shape.kv_swa_layers},
        std::pair{"kv_shared_layers", shape.kv_shared_layers}}) {
    if (count > shape.layers) {
      fields.fault(fields.line_of(key),
                   fmt::format("\"{}\" is {} of {} layers", key, count, shape.layers));
    }
  }
  if (shape.kv_swa_layers > 0 && shape.sliding_window < 1) {
    fields.fault(fields.line_of("kv_swa_layers"), "\"kv_swa_layers\" without a \"sliding_window\"");
  }
  std::int64_t before = -1;
  for (const std::int64_t layer : shape.attention_layers) {
    if (layer >= shape.layers || layer <= before) {
      fields.fault(fields.line_of("attention_layers"),
                   fmt::format("\"attention_layers\" must rise and stay below {}", shape.layers));
      break;
    }
    before = layer;
  }
}

}  // namespace

Shape read_shape(const JsonNode& node, const std::string& owner, int owner_line, Faults& faults) {
  Fields fields(node, owner, owner_line, faults);
  Shape shape;
  std::vector<std::string_view> known{"kind",     "architecture",    "swa_pattern", "tokenizer",
                                      "experts",  "latent",          "state_space", "linear",
                                      "time_mix", "attention_layers"};
  fields.text("kind", shape.kind, true, 64);
  fields.text("architecture", shape.architecture, false, 64);
  fields.text("swa_pattern", shape.swa_pattern, false, 64);
  fields.text("tokenizer", shape.tokenizer, false, 64);
  take(fields, shape, kNumbers, known);
  take(fields, shape, kFlags, known);
  fields.integers("attention_layers", shape.attention_layers, kMostLayers, kMostLayers);
  shape.experts = read_experts(fields);
  shape.latent = part(fields, "latent", kLatentNumbers);
  shape.state_space = part(fields, "state_space", kStateNumbers);
  shape.linear = part(fields, "linear", kLinearNumbers);
  shape.time_mix = part(fields, "time_mix", kTimeMixNumbers);
  fields.nothing_but(known);
  check(fields, shape);
  return shape;
}

}  // namespace weighin::catalogue
