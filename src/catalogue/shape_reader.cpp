// Are these hyperparameters ones that a model could have?
#include "catalogue/shape_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalogue/shape_fields.hpp"

namespace weighin::catalogue {
namespace {

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
  for (const auto& [key, layers] : {std::pair{"attention_layers", &shape.attention_layers},
                                    std::pair{"ffn_layers", &shape.ffn_layers}}) {
    std::int64_t before = -1;
    for (const std::int64_t layer : *layers) {
      if (layer >= shape.layers || layer <= before) {
        fields.fault(fields.line_of(key),
                     fmt::format("\"{}\" must rise and stay below {}", key, shape.layers));
        break;
      }
      before = layer;
    }
  }
  for (const std::int64_t layer : shape.ffn_layers) {
    if (std::binary_search(shape.attention_layers.begin(), shape.attention_layers.end(), layer)) {
      fields.fault(fields.line_of("ffn_layers"),
                   fmt::format("layer {} is in \"attention_layers\" too", layer));
      break;
    }
  }
}

}  // namespace

Shape read_shape(const JsonNode& node, const std::string& owner, int owner_line, Faults& faults) {
  Fields fields(node, owner, owner_line, faults);
  Shape shape;
  std::vector<std::string_view> known{"kind",     "architecture",     "swa_pattern", "tokenizer",
                                      "experts",  "latent",           "state_space", "linear",
                                      "time_mix", "attention_layers", "ffn_layers"};
  fields.text("kind", shape.kind, true, 64);
  fields.text("architecture", shape.architecture, false, 64);
  fields.text("swa_pattern", shape.swa_pattern, false, 64);
  fields.text("tokenizer", shape.tokenizer, false, 64);
  take(fields, shape, kNumbers, known);
  take(fields, shape, kFlags, known);
  fields.integers("attention_layers", shape.attention_layers, kMostLayers, kMostLayers);
  fields.integers("ffn_layers", shape.ffn_layers, kMostLayers, kMostLayers);
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
