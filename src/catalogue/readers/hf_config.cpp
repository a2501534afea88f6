// How does a config.json become a shape in the catalogue's terms?
#include "catalogue/readers/hf_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

constexpr int kMostNesting = 4;  // thinker_config -> text_config is the deepest known
constexpr JsonLimits kConfigLimits{static_cast<std::size_t>(kMostConfigBytes), 64, 100'000};

// Names under which the language model is nested.
constexpr std::array<std::string_view, 6> kInner{"text_config",     "llm_config",
                                                 "language_config", "thinker_config",
                                                 "text_cfg",        "language_model_config"};

struct Found {
  const JsonNode* node = nullptr;
  std::string model_type;
  bool nested = false;
};

// A nested config that leaves its model_type out is that of the library's default for its kind.
std::string_view inner_type_of(std::string_view outer) {
  if (outer == "gemma3" || outer == "gemma3n" || outer == "gemma4" || outer == "llama4" ||
      outer == "qwen3_5" || outer == "qwen3_5_moe" || outer == "qwen3_vl" ||
      outer == "qwen3_vl_moe" || outer == "glm4v" || outer == "qwen2_vl" || outer == "qwen2_5_vl")
    return outer;
  if (outer == "mistral3" || outer == "llava_next_mistral" || outer == "pixtral") return "mistral";
  if (outer == "paligemma") return "gemma";
  if (outer == "qwen2_audio" || outer == "qwen2_5_omni") return "qwen2";
  return "llama";
}

Found find_language_model(HfValues& outer) {
  Found found{&outer.node(), outer.text({"model_type"}), false};
  for (int depth = 0;; ++depth) {
    const JsonNode* inner = nullptr;
    HfValues here = outer.inside(*found.node);
    for (const std::string_view key : kInner) {
      if (found.node->find(key) != nullptr) inner = here.object(key);
      if (inner != nullptr) break;
    }
    outer.adopt(here);
    if (inner == nullptr) return found;
    if (depth == kMostNesting) {
      outer.fault(inner->line, fmt::format("{}: \"{}\" within itself, more than {} levels",
                                           outer.file(), inner->key, kMostNesting));
      return found;
    }
    HfValues values = outer.inside(*inner);
    std::string type = values.text({"model_type"});
    outer.adopt(values);
    if (type.empty()) type = inner_type_of(found.model_type);
    found = Found{inner, std::move(type), true};
  }
}

void take_traits(HfValues& values, std::uint32_t traits, Shape& shape) {
  const auto has = [&](std::uint32_t trait) { return (traits & trait) != 0; };
  shape.tied_embeddings = values.flag_anywhere("tie_word_embeddings", has(kHfTied));
  shape.embedding_stored_twice = has(kHfStoredTwice);
  shape.gated_ffn = !has(kHfUngated);
  shape.fused_qkv = has(kHfFusedQkv);
  shape.fused_ffn = has(kHfFusedFfn);
  const bool attention_bias =
      has(kHfBiasKey | kHfQkvBiasKey) && values.flag({"attention_bias"}, false);
  const bool all_bias = has(kHfUseBiasKey) && values.flag({"use_bias"}, false);
  shape.qkv_bias = has(kHfQkvBias) || attention_bias || all_bias;
  shape.attention_output_bias = has(kHfOutBias) || (has(kHfBiasKey) && attention_bias) || all_bias;
  shape.ffn_bias =
      has(kHfFfnBias) || all_bias || (has(kHfMlpBiasKey) && values.flag({"mlp_bias"}, false));
  shape.output_bias = has(kHfOutputBias);
  shape.qk_norm =
      has(kHfQkNorm) || (has(kHfQkNormKey) && values.flag({"use_qk_norm", "qk_layernorm"}, false));
  shape.qk_norm_full = shape.qk_norm && has(kHfQkNormFull);
  shape.norms_per_layer = has(kHfFourNorms) ? 4 : (has(kHfOneNorm) ? 1 : 2);
  shape.norm_weight = !has(kHfBareNorm);
  shape.norm_bias = has(kHfNormBias);
  shape.embedding_norm = has(kHfEmbeddingNorm);
  shape.sub_norms = has(kHfSubNorms);
  shape.attention_sinks = has(kHfSinks);
}

// Gemma 3n lists the width of each layer, all the same.
void take_width(HfValues& values, const HfFamily& family, Shape& shape) {
  const bool fourfold = (family.traits & kHfFourfold) != 0;
  const std::int64_t otherwise = fourfold ? 4 * shape.hidden : family.defaults.ffn;
  const JsonNode* list = values.find({"intermediate_size"});
  if (list == nullptr || list->kind != JsonKind::array) {
    shape.ffn = values.number({"intermediate_size", "n_inner", "ffn_dim", "d_ff", "ffn_hidden_size",
                               "encoder_ffn_dim", "hidden_dim"},
                              otherwise, kHfMostWidth);
    return;
  }
  const std::vector<std::int64_t> widths =
      values.numbers("intermediate_size", static_cast<std::size_t>(kHfMostLayers), kHfMostWidth);
  if (values.error()) return;
  if (widths.empty() ||
      std::adjacent_find(widths.begin(), widths.end(), std::not_equal_to<>()) != widths.end()) {
    values.fault(list->line,
                 fmt::format("{}: \"intermediate_size\" differs from layer to layer, from 1 to {}",
                             values.file(), kHfMostWidth),
                 "such a model cannot be described yet");
    return;
  }
  shape.ffn = widths.front();
}

void take_sizes(HfValues& values, const HfFamily& family, Shape& shape) {
  const HfDefaults& other = family.defaults;
  const bool attends = other.heads > 0 || other.hidden == 0;
  shape.layers =
      values.needed({"num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers"},
                    other.layers, kHfMostLayers);
  shape.hidden = values.needed({"hidden_size", "n_embd", "d_model", "n_embed", "dim"}, other.hidden,
                               kHfMostWidth);
  shape.vocab = values.needed({"padded_vocab_size", "vocab_size"}, other.vocab, kHfMostVocab);
  if (attends) {
    shape.heads = values.needed(
        {"num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"},
        other.heads, kHfMostWidth);
    // A default of the library stands for its own number of heads alone.
    const std::int64_t kv =
        other.kv_heads > 0 && other.kv_heads <= shape.heads ? other.kv_heads : shape.heads;
    const JsonNode* said = values.node().find("num_key_value_heads");
    const bool null_said = said != nullptr && said->kind == JsonKind::null;
    shape.kv_heads = values.number({"num_key_value_heads", "n_head_kv"},
                                   null_said ? shape.heads : kv, kHfMostWidth, 1);
    shape.head_dim = values.number(
        {"head_dim", "d_kv", "kv_channels", "attention_head_dim"},
        other.head_dim > 0 ? other.head_dim : shape.hidden / std::max<std::int64_t>(shape.heads, 1),
        kHfMostWidth, 1);
  }
  take_width(values, family, shape);
  shape.context_max =
      values.number({"max_position_embeddings", "n_positions", "max_target_positions", "seq_length",
                     "max_seq_len", "max_sequence_length", "model_max_length", "n_ctx"},
                    other.context, kHfMostContext);
}

// Tables of rotary factors that a converter writes into a GGUF file.
void take_rotary(HfValues& values, Shape& shape) {
  const JsonNode* node = values.find({"rope_scaling", "rope_parameters"});
  if (node == nullptr) return;
  if (node->kind != JsonKind::object) {
    values.fault(node->line, fmt::format("{}: \"{}\" is {}, not an object", values.file(),
                                         node->key, to_text(node->kind)));
    return;
  }
  HfValues rope = values.inside(*node);
  const std::string type = rope.text({"rope_type", "type"});
  values.adopt(rope);
  if (type == "llama3") shape.rope_factors = 1;
  if (type == "longrope" || type == "su") shape.rope_factors = 2;
}

void take_windows(HfValues& values, std::uint32_t traits, Shape& shape,
                  std::string_view model_type) {
  if ((traits & (kHfWindow | kHfPattern)) == 0) return;
  // Mistral's class has a window of 4096 where the key is left out; Gemma's and OLMo's as well.
  const bool said_null = values.node().find("sliding_window") != nullptr;
  std::int64_t otherwise = 0;
  if (!said_null && (model_type.starts_with("mistral") || (traits & kHfPattern) != 0))
    otherwise = model_type.starts_with("gpt_oss") ? 128 : 4096;
  shape.sliding_window = values.number({"sliding_window"}, otherwise, kHfMostContext);
  if ((traits & kHfWindow) != 0) {
    // As wide as the context: no window at all.
    if (shape.sliding_window >= shape.context_max) shape.sliding_window = 0;
    if (shape.sliding_window > 0) {
      shape.swa_pattern = "all layers";
      shape.kv_swa_layers = shape.layers;
    }
    return;
  }
  std::int64_t interval = 4;  // Cohere 2 and OLMo 3
  if (model_type.starts_with("gemma2") || model_type.starts_with("gpt_oss")) interval = 2;
  if (model_type.starts_with("gemma3")) interval = 6;
  interval = values.number({"sliding_window_pattern", "_sliding_window_pattern"}, interval,
                           kHfMostLayers, 1);
  take_window_pattern(values, shape, interval);
}

void check(HfValues& values, const Shape& shape) {
  const auto fault = [&](const std::string& what) {
    values.fault(values.node().line, fmt::format("{}: {}", values.file(), what));
  };
  if (shape.kv_heads > shape.heads) {
    fault(fmt::format("\"num_key_value_heads\" is {}, more than \"num_attention_heads\", {}",
                      shape.kv_heads, shape.heads));
  }
  if (shape.heads > 0 && shape.head_dim < 1) {
    fault(fmt::format("\"head_dim\" is 0: \"hidden_size\" {} has no room for {} heads",
                      shape.hidden, shape.heads));
  }
  if (shape.ffn < 1 && !shape.experts && !shape.state_space)
    fault(fmt::format("\"intermediate_size\" is left out or 0, not from 1 to {}", kHfMostWidth));
}

HfFamily assumed_family() {
  HfFamily family;
  family.model_type = "";
  family.architecture = "";
  family.tokenizer = "llama-bpe";
  family.traits = kHfBiasKey | kHfMlpBiasKey | kHfExperts;
  return family;
}

Shape shape_of(HfValues& values, const HfFamily& family, std::string_view model_type) {
  Shape shape;
  shape.kind = "decoder";
  shape.architecture = family.architecture;
  take_sizes(values, family, shape);
  take_traits(values, family.traits, shape);
  if (values.error()) return shape;
  take_windows(values, family.traits, shape, model_type);
  take_rotary(values, shape);
  if ((family.traits & kHfPositions) != 0) shape.positions = shape.context_max;
  if ((family.traits & kHfExperts) != 0)
    take_experts(values, shape, (family.traits & kHfCorrection) != 0);
  shape.multi_token_layers = values.number({"num_nextn_predict_layers"}, 0, 64);
  if (values.error()) return shape;
  if (family.finish != nullptr) family.finish(values, shape);
  shape.tokenizer = hf_tokenizer(family.model_type, shape.vocab, family.tokenizer);
  if (!values.error()) check(values, shape);
  return shape;
}

// Only these stand before a language model: a classifier's config has the same keys.
bool speaks(const JsonNode& root) {
  const JsonNode* list = root.find("architectures");
  if (list == nullptr || list->kind != JsonKind::array) return false;
  return std::any_of(list->items.begin(), list->items.end(), [](const JsonNode& item) {
    return item.kind == JsonKind::string &&
           (item.text.find("CausalLM") != std::string::npos ||
            item.text.find("LMHead") != std::string::npos ||
            item.text.find("ForConditionalGeneration") != std::string::npos);
  });
}

void take_shape(HfValues& values, const Found& found, const JsonNode& root, HfConfig& config) {
  const HfFamily* family = find_hf_family(found.model_type);
  if (family != nullptr) {
    config.shape = shape_of(values, *family, found.model_type);
    return;
  }
  if (is_foreign_to_us(found.model_type) || !speaks(root)) {
    config.notes.push_back(
        fmt::format("model_type \"{}\" is no language model whose layers we can describe",
                    printable(found.model_type, 40)));
    return;
  }
  config.assumed = true;
  config.shape = shape_of(values, assumed_family(), found.model_type);
  config.notes.push_back(
      fmt::format("model_type \"{}\" is not known: assumed to be built like Llama",
                  printable(found.model_type, 40)));
}

}  // namespace

Result<JsonNode> read_config_object(std::string_view text, const std::string& file) {
  Result<JsonNode> root = read_json(text, file, kConfigLimits);
  if (!root) {
    Error error = root.error();
    error.what = fmt::format("{}: {}", file, error.what);
    if (error.hint.empty()) error.hint = "download it again";
    return error;
  }
  if (root->kind != JsonKind::object) {
    return Error{ErrorKind::data, fmt::format("{} is {}, not an object", file, to_text(root->kind)),
                 fmt::format("{}:{}", file, root->line), "download it again"};
  }
  return root;
}

Result<HfConfig> read_hf_config(std::string_view text, const std::string& file) {
  const Result<JsonNode> root = read_config_object(text, file);
  if (!root) return root.error();
  HfValues outer(*root, *root, file);
  const Found found = find_language_model(outer);
  if (outer.error()) return *outer.error();
  HfConfig config;
  config.model_type = found.model_type;
  config.nested = found.nested;
  HfValues values(*found.node, *root, file);
  config.native_dtype = values.text({"dtype", "torch_dtype"});
  if (config.native_dtype.empty()) config.native_dtype = outer.text({"dtype", "torch_dtype"});
  if (const JsonNode* name = root->find("_name_or_path");
      name != nullptr && name->kind == JsonKind::string && name->text.size() <= 96 &&
      std::count(name->text.begin(), name->text.end(), '/') == 1 && name->text.front() != '/' &&
      name->text.front() != '.' && name->text.back() != '/') {
    config.name = printable(name->text, 96);
  }
  config.quantization = read_hf_quantization(values);
  if (outer.error()) return *outer.error();
  if (!values.error()) take_shape(values, found, *root, config);
  if (values.error()) return *values.error();
  if (config.shape && !values.defaulted().empty()) {
    std::string keys;
    for (const std::string& key : values.defaulted()) keys += (keys.empty() ? "" : ", ") + key;
    config.notes.push_back(fmt::format("{} left out: the library's default for {}", keys,
                                       printable(config.model_type, 40)));
  }
  return config;
}

Result<HfConfig> read_hf_config(ByteSource& source) {
  const Result<std::string> text = read_all(source, kMostConfigBytes);
  if (!text) return text.error();
  return read_hf_config(*text, source.shown());
}

}  // namespace weighin::catalogue
