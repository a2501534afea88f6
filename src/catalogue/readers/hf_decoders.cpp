// What do decoders' configs say that a table cannot?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

bool slides(std::string_view layer_type) {
  return layer_type.starts_with("sliding") || layer_type.starts_with("chunked");
}

}  // namespace

void take_window_pattern(HfValues& values, Shape& shape, std::int64_t interval,
                         std::string_view word) {
  if (shape.sliding_window <= 0) return;
  const std::vector<std::string_view> types =
      values.texts("layer_types", static_cast<std::size_t>(kHfMostLayers));
  std::int64_t sliding = 0;
  if (!types.empty()) {
    if (std::cmp_not_equal(types.size(), shape.layers)) {
      values.fault(values.find({"layer_types"})->line,
                   fmt::format("{}: \"layer_types\" names {} layers, \"num_hidden_layers\" {}",
                               values.file(), types.size(), shape.layers));
      return;
    }
    sliding = std::count_if(types.begin(), types.end(), slides);
    const auto full = std::find_if_not(types.begin(), types.end(), slides);
    interval = full == types.end() ? 0 : full - types.begin() + 1;
  } else if (interval > 0) {
    sliding = shape.layers - shape.layers / interval;
  }
  if (sliding == 0) {
    shape.sliding_window = 0;
    return;
  }
  shape.kv_swa_layers = sliding;
  shape.swa_pattern =
      sliding == shape.layers ? "all layers" : fmt::format("{} {} : 1 global", interval - 1, word);
}

// Falcon-7B shares one key for all heads and runs both halves of a layer side by side; from 40B on
// there are groups and two norms.
void finish_falcon(HfValues& values, Shape& shape) {
  const bool grouped = values.flag({"new_decoder_architecture"}, false);
  const bool one_key = values.flag({"multi_query"}, true);
  shape.kv_heads = grouped
                       ? values.number({"num_kv_heads", "n_head_kv"}, shape.heads, kHfMostWidth, 1)
                       : (one_key ? 1 : shape.heads);
  const bool parallel = values.flag({"parallel_attn"}, true);
  shape.norms_per_layer = grouped || !parallel ? 2 : 1;
  const bool bias = values.flag({"bias"}, false);
  shape.qkv_bias = shape.attention_output_bias = shape.ffn_bias = bias;
}

void finish_gpt_bigcode(HfValues& values, Shape& shape) {
  if (values.flag({"multi_query"}, true)) shape.kv_heads = 1;
}

void finish_stablelm(HfValues& values, Shape& shape) {
  shape.qkv_bias = values.flag({"use_qkv_bias"}, false);
  if (values.flag({"use_parallel_residual"}, false)) shape.norms_per_layer = 1;
  shape.qk_norm = values.flag({"qk_layernorm"}, false);
}

void finish_gemma3(HfValues& values, Shape& shape) {
  // Rows beyond the tokenizer's are dropped by the converter.
  if (shape.vocab == 262208) shape.file_vocab = 262144;
  // EmbeddingGemma looks both ways.
  const JsonNode* both_ways = values.find({"use_bidirectional_attention"});
  if (both_ways != nullptr && both_ways->kind == JsonKind::boolean && both_ways->integer != 0)
    shape.architecture = "gemma-embedding";
}

void finish_gemma3n(HfValues& values, Shape& shape) {
  shape.kind = "gemma3n";
  shape.sliding_window = values.number({"sliding_window"}, 512, kHfMostContext);
  shape.per_layer_embedding = values.number({"hidden_size_per_layer_input"}, 256, kHfMostWidth);
  shape.per_layer_vocab = values.number({"vocab_size_per_layer_input"}, 262144, kHfMostVocab);
  shape.kv_shared_layers = values.number({"num_kv_shared_layers"}, 15, shape.layers);
  shape.kv_layers = shape.layers - shape.kv_shared_layers;
  if (shape.vocab == 262400) shape.file_vocab = 262144;
  take_window_pattern(values, shape, 5);
  // Of the layers that keep a cache.
  if (shape.kv_swa_layers > 0) shape.kv_swa_layers = shape.kv_layers - shape.kv_layers / 5;
}

void finish_gemma4(HfValues& values, Shape& shape) {
  shape.kind = "gemma4";
  shape.sliding_window = values.number({"sliding_window"}, 512, kHfMostContext);
  shape.global_head_dim = values.number({"global_head_dim"}, 512, kHfMostWidth);
  shape.global_kv_heads = shape.kv_heads;
  if (values.flag({"attention_k_eq_v"}, false)) {
    shape.global_kv_heads =
        values.number({"num_global_key_value_heads"}, shape.kv_heads, kHfMostWidth, 1);
  }
  shape.per_layer_embedding = values.number({"hidden_size_per_layer_input"}, 256, kHfMostWidth);
  if (shape.per_layer_embedding > 0)
    shape.per_layer_vocab = values.number({"vocab_size_per_layer_input"}, 262144, kHfMostVocab);
  take_window_pattern(values, shape, 6);
  shape.kv_shared_layers = values.number({"num_kv_shared_layers"}, 0, shape.layers);
  if (shape.kv_shared_layers > 0) {
    shape.kv_layers = shape.layers - shape.kv_shared_layers;
    const std::int64_t every =
        shape.layers / std::max<std::int64_t>(shape.layers - shape.kv_swa_layers, 1);
    if (every > 0) shape.kv_swa_layers = shape.kv_layers - shape.kv_layers / every;
  }
  shape.wide_shared_ffn = values.flag({"use_double_wide_mlp"}, false);
  if (values.flag({"enable_moe_block"}, false)) take_experts(values, shape, false);
}

// "max_position_embeddings" is that of the training, "model_max_length" what the model can do.
void finish_cohere(HfValues& values, Shape& shape) {
  shape.context_max = std::max(
      shape.context_max, values.number({"model_max_length"}, shape.context_max, kHfMostContext));
  if (values.flag({"use_qk_norm"}, false)) shape.qk_norm = shape.qk_norm_full = true;
}

void finish_chatglm(HfValues& values, Shape& shape) {
  if (values.flag({"multi_query_attention"}, false))
    shape.kv_heads = values.number({"multi_query_group_num"}, 1, kHfMostWidth, 1);
  shape.qkv_bias = values.flag({"add_qkv_bias"}, false);
  shape.ffn_bias = shape.attention_output_bias = values.flag({"add_bias_linear"}, false);
}

void finish_seed(HfValues& values, Shape& shape) {
  shape.qkv_bias = values.flag({"attention_bias"}, true);
  shape.attention_output_bias = values.flag({"attention_out_bias"}, false);
}

void finish_mpt(HfValues& values, Shape& shape) {
  shape.ffn = shape.hidden * values.number({"expansion_ratio"}, 4, 64, 1);
  if (const JsonNode* node = values.object("attn_config")) {
    HfValues attention = values.inside(*node);
    shape.kv_heads = attention.number({"kv_n_heads"}, shape.heads, kHfMostWidth, 1);
    if (attention.flag({"qk_ln"}, false)) shape.qk_norm = shape.qk_norm_full = true;
    values.adopt(attention);
  }
}

void finish_mobilellm(HfValues& values, Shape& shape) {
  shape.tied_embeddings = values.flag({"share_embedding", "tie_word_embeddings"}, false);
}

void finish_phimoe(HfValues& values, Shape& shape) {
  shape.output_bias = values.flag({"lm_head_bias"}, false);
}

// xIELU has two learned values a layer.
void finish_apertus(HfValues& values, Shape& shape) {
  const std::string act = values.text({"hidden_act"});
  if (act.empty() || act == "xielu") shape.activation_weights = 2;
}

// Qwen 1's "intermediate_size" counts both halves of the gated layer.
void finish_qwen1(HfValues& /*values*/, Shape& shape) { shape.ffn /= 2; }

void finish_opt(HfValues& values, Shape& shape) {
  shape.positions = shape.context_max + 2;  // two rows before the first position
  const std::int64_t embedded =
      values.number({"word_embed_proj_dim"}, shape.hidden, kHfMostWidth, 1);
  if (embedded != shape.hidden) shape.embedding_width = embedded;
}

}  // namespace weighin::catalogue
