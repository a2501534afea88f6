// How do the keys and tensors of a GGUF file become the hyperparameters of the catalogue?
//
// Names of keys and tensors: gguf-py/gguf/constants.py of https://github.com/ggml-org/llama.cpp.
#include "catalogue/readers/gguf_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weighin::gguf {
namespace {

// The architectures of the catalogue (general.architecture), and how often a layer attends to all
// of the context (load_swa_pattern() in src/models/*.cpp of llama.cpp).
constexpr std::array<Family, 48> kFamilies{{{"apertus", "decoder"},
                                            {"bailingmoe2", "decoder"},
                                            {"bert", "bert"},
                                            {"bitnet", "decoder"},
                                            {"bloom", "decoder"},
                                            {"chatglm", "decoder"},
                                            {"cohere2", "decoder", 4},
                                            {"command-r", "decoder"},
                                            {"deepseek2", "decoder"},
                                            {"ernie4_5", "decoder"},
                                            {"falcon", "decoder"},
                                            {"gemma", "decoder"},
                                            {"gemma-embedding", "decoder", 6},
                                            {"gemma2", "decoder", 2},
                                            {"gemma3", "decoder", 6},
                                            {"gemma3n", "gemma3n", 5},
                                            {"gemma4", "gemma4"},
                                            {"glm4", "decoder"},
                                            {"glm4moe", "decoder"},
                                            {"gpt-oss", "decoder", 2},
                                            {"gpt2", "decoder"},
                                            {"gptj", "decoder"},
                                            {"gptneox", "decoder"},
                                            {"granite", "decoder"},
                                            {"granitehybrid", "granite_hybrid"},
                                            {"internlm2", "decoder"},
                                            {"lfm2", "lfm2"},
                                            {"lfm2moe", "lfm2"},
                                            {"llama", "decoder"},
                                            {"llama4", "llama4", 4},
                                            {"mamba", "mamba1"},
                                            {"minicpm", "decoder"},
                                            {"minicpm3", "decoder"},
                                            {"minimax-m2", "decoder"},
                                            {"mistral3", "decoder"},
                                            {"modern-bert", "modernbert"},
                                            {"nomic-bert", "nomic"},
                                            {"olmo", "decoder"},
                                            {"olmo2", "decoder", 4},
                                            {"olmoe", "decoder"},
                                            {"phi2", "decoder"},
                                            {"phi3", "decoder"},
                                            {"phimoe", "decoder"},
                                            {"qwen2", "decoder"},
                                            {"qwen2moe", "decoder"},
                                            {"qwen3", "decoder"},
                                            {"qwen3moe", "decoder"},
                                            {"qwen3next", "qwen_hybrid"}}};
constexpr std::array<Family, 12> kMoreFamilies{{{"deepseek32", "decoder"},
                                                {"glm-dsa", "decoder"},
                                                {"jamba", "jamba"},
                                                {"mamba2", "mamba2"},
                                                {"nemotron_h", "nemotron_h"},
                                                {"nemotron_h_moe", "nemotron_h"},
                                                {"rwkv7", "rwkv7"},
                                                {"qwen35", "qwen_hybrid"},
                                                {"qwen35moe", "qwen_hybrid"},
                                                {"smollm3", "decoder"},
                                                {"stablelm", "decoder"},
                                                {"t5", "t5"}}};

std::int64_t largest(const std::vector<std::int64_t>& numbers) {
  return numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
}

void read_heads(Keys& keys, Shape& s) {
  s.heads = largest(keys.numbers("attention.head_count", kMostWidth));
  if (s.heads == 0) return;
  const auto kv_heads = keys.numbers("attention.head_count_kv", kMostWidth);
  s.kv_heads = kv_heads.empty() ? s.heads : largest(kv_heads);
  s.head_dim = keys.number("attention.key_length", kMostWidth, s.hidden / s.heads);
}

// Which norms, biases and fused matrices there are: the names of the tensors tell.
void read_layer_style(const Index& index, Shape& s) {
  const auto has = [&](std::string_view kind) { return index.has_layered(kind); };
  s.fused_qkv = has("attn_qkv.weight") && s.kind != "modernbert" && s.kind != "qwen_hybrid";
  s.qkv_bias = has("attn_q.bias") || has("attn_qkv.bias");
  s.attention_output_bias = has("attn_output.bias");
  s.attention_sinks = has("attn_sinks.weight") || has("attn_sinks");
  s.sub_norms = has("attn_sub_norm.weight");
  s.norm_bias = has("attn_norm.bias") || has("attn_output_norm.bias");
  // These kinds norm queries and keys always; the catalogue does not say so of them.
  const bool always_normed =
      s.kind == "lfm2" || s.kind == "gemma3n" || s.kind == "gemma4" || s.kind == "qwen_hybrid";
  if (const LayerTensors* norm = index.layered("attn_q_norm.weight"); norm && !always_normed) {
    s.qk_norm = true;
    s.qk_norm_full = norm->first().weights > s.head_dim;
  }
  if (s.kind == "decoder" || s.kind == "llama4") {
    s.norm_weight = has("attn_norm.weight") || has("post_attention_norm.weight");
    const bool second =
        has("ffn_norm.weight") || has("attn_norm_2.weight") || has("post_attention_norm.weight");
    if (has("ffn_norm.weight") && has("post_ffw_norm.weight")) {
      s.norms_per_layer = 4;
    } else if (s.norm_weight && !second) {
      s.norms_per_layer = 1;
    }
  }
}

void read_feed_forward(Keys& keys, const Index& index, Shape& s) {
  const auto has = [&](std::string_view kind) { return index.has_layered(kind); };
  const std::int64_t down = index.size("ffn_down.weight", 0);
  s.ffn = down > 0 ? down : keys.number("feed_forward_length", kMostWidth);
  const bool gate = has("ffn_gate.weight") || has("ffn_gate_exps.weight") ||
                    has("ffn_gate_up_exps.weight") || has("ffn_gate.0.weight");
  const bool fused = !gate && s.ffn > 0 && index.size("ffn_up.weight", 1) == 2 * s.ffn;
  s.fused_ffn = fused && s.kind != "modernbert";
  // Kinds without a feed-forward of this make: nothing is said of them.
  s.gated_ffn = gate || fused || s.kind == "mamba1" || s.kind == "mamba2" || s.kind == "rwkv7";
  s.ffn_bias = has("ffn_up.bias") || has("ffn_down.bias");
  // Apertus' activation has two learned values a layer, which stand among the keys.
  if (keys.header().find("xielu.alpha_p") != nullptr) s.activation_weights = 2;
}

void read_ends(const Index& index, Shape& s) {
  const bool output = index.has("output.weight");
  // Falcon's files hold the embedding a second time.
  s.embedding_stored_twice = output && s.architecture == "falcon";
  s.tied_embeddings = !output || s.embedding_stored_twice;
  s.output_bias = index.has("output.bias");
  s.norm_bias = s.norm_bias || index.has("output_norm.bias");
  // LFM2 calls its last norm so.
  s.embedding_norm = index.has("token_embd_norm.weight") && s.kind != "lfm2";
  if (s.kind != "gemma4") {
    s.rope_factors = index.has("rope_factors_long.weight") ? 2
                     : index.has("rope_freqs.weight")      ? 1
                                                           : 0;
  }
  if (const FileTensor* table = index.find("position_embd.weight")) s.positions = table->size[1];
  if (const FileTensor* table = index.find("token_types.weight")) s.token_types = table->size[1];
  if (const FileTensor* table = index.find("per_layer_token_embd.weight")) {
    s.per_layer_vocab = table->size[1];
    s.per_layer_embedding = table->size[0] / s.layers;
  }
}

void read_t5(Keys& keys, const Index& index, Shape& s) {
  s.decoder_layers = keys.number("decoder_block_count", kMostLayers, s.layers);
  s.relative_buckets = keys.number("attention.relative_buckets_count", kMostWidth);
  if (const LayerTensors* down = index.layered("ffn_down.weight", "enc"))
    s.ffn = down->first().size[0];
  s.gated_ffn = index.layered("ffn_gate.weight", "enc") != nullptr;
}

// Sizes that tensors gave are held to the same limits as those that keys gave.
void check(Keys& keys, const Shape& s) {
  const std::int64_t kv_heads = std::max(s.kv_heads, s.global_kv_heads);
  if (kv_heads > s.heads) {
    keys.fail(
        fmt::format("{}.attention.head_count_kv", s.architecture),
        fmt::format("or a matrix says {}, over the limit of the {} heads", kv_heads, s.heads));
  }
  const Experts experts = s.experts.value_or(Experts{});
  const LatentAttention latent = s.latent.value_or(LatentAttention{});
  for (const std::int64_t width :
       {s.ffn, s.head_dim, s.global_head_dim, s.per_layer_embedding, s.relative_buckets,
        experts.ffn, experts.shared_ffn, latent.q_lora_rank, latent.kv_lora_rank,
        latent.qk_nope_head_dim, latent.qk_rope_head_dim, latent.v_head_dim, latent.indexer_heads,
        latent.indexer_head_dim, experts.latent}) {
    if (width > kMostWidth) {
      keys.fail(fmt::format("{}.embedding_length", s.architecture),
                fmt::format("is {}, and a matrix is {} wide, over the limit of {}", s.hidden, width,
                            kMostWidth));
    }
  }
  for (const std::int64_t rows : {s.positions, s.token_types, s.per_layer_vocab}) {
    if (rows > kMostVocab) {
      keys.fail(fmt::format("{}.vocab_size", s.architecture),
                fmt::format("may be any, but a table has {} rows, over the limit of {}", rows,
                            kMostVocab));
    }
  }
}

}  // namespace

const Family* find_family(std::string_view architecture) {
  for (const Family& family : kFamilies) {
    if (family.architecture == architecture) return &family;
  }
  for (const Family& family : kMoreFamilies) {
    if (family.architecture == architecture) return &family;
  }
  return nullptr;
}

LayerCount count_layers(Keys& keys) {
  const std::int64_t all = keys.number("block_count", kMostLayers);
  const std::int64_t draft = keys.number("nextn_predict_layers", kMostLayers);
  return draft < all ? LayerCount{all - draft, draft} : LayerCount{all, 0};
}

std::optional<Shape> read_shape(Keys& keys, const Index& index, std::vector<std::string>& notes) {
  const Family* family = find_family(keys.architecture());
  Shape s;
  s.architecture = keys.architecture();
  s.kind = family != nullptr ? family->kind : "decoder";
  const LayerCount layers = count_layers(keys);
  s.layers = layers.own;
  s.multi_token_layers = layers.draft;
  s.hidden = keys.number("embedding_length", kMostWidth);
  if (const FileTensor* table = index.find("token_embd.weight")) {
    s.vocab = table->size[1];
    if (s.hidden > 0 && table->size[0] != s.hidden) {
      keys.fail(fmt::format("{}.embedding_length", s.architecture),
                fmt::format("is {}, and the rows of token_embd.weight have {}", s.hidden,
                            table->size[0]));
    }
  } else if (const Value* tokens = keys.header().find("tokenizer.ggml.tokens")) {
    s.vocab = static_cast<std::int64_t>(std::min<std::uint64_t>(tokens->count, kMostVocab + 1));
  } else {
    s.vocab = keys.number("vocab_size", kMostVocab);
  }
  if (s.layers < 1 || s.hidden < 1 || s.vocab < 1 || s.vocab > kMostVocab) {
    notes.push_back(
        fmt::format("architecture \"{}\": no shape, because the keys do not say its "
                    "layers, width and vocabulary",
                    s.architecture));
    return std::nullopt;
  }
  s.context_max = keys.number("context_length", kMostContext);
  read_heads(keys, s);
  read_layer_style(index, s);
  read_feed_forward(keys, index, s);
  read_ends(index, s);
  if (s.kind == "t5") read_t5(keys, index, s);
  if (s.kind == "gemma4") read_gemma4(keys, index, s);
  if (s.heads > 0) s.latent = read_latent(keys, index, s.heads);
  if (s.latent) {
    s.kv_heads = s.heads;  // files say 1, which is what the cache holds
    s.head_dim = s.latent->qk_nope_head_dim + s.latent->qk_rope_head_dim;
  }
  s.experts = read_experts(keys, index, s);
  read_recurrent(keys, index, s);
  read_windows(keys, family, s, notes);
  check(keys, s);
  if (family == nullptr) {
    notes.push_back(
        fmt::format("architecture \"{}\" is not one we know: its shape is read from "
                    "the keys and tensors that most architectures share",
                    s.architecture));
  }
  return s;
}

}  // namespace weighin::gguf
