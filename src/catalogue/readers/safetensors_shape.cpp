// How far do names and sizes of tensors tell a model's shape?
#include "catalogue/readers/safetensors_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

struct Seen {
  std::int64_t vocab = 0, hidden = 0, layers = 0;
  std::int64_t q = 0, kv = 0, ffn = 0, head_dim = 0;
  std::int64_t experts = 0, expert_ffn = 0;
  bool output = false, qkv_bias = false, qk_norm = false, out_bias = false, foreign = false;
  std::int64_t norms = 0;
};

std::int64_t number_at(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "model.layers.3.self_attn.q_proj.weight" -> 3 and "self_attn.q_proj.weight".
std::pair<std::int64_t, std::string_view> split_layer(std::string_view name) {
  constexpr std::string_view kWord = "layers.";
  const std::size_t at = name.find(kWord);
  if (at == std::string_view::npos) return {-1, {}};
  const std::string_view rest = name.substr(at + kWord.size());
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return {-1, {}};
  return {number_at(rest.substr(0, dot)), rest.substr(dot + 1)};
}

void look_at_layer(const FileTensor& tensor, std::string_view rest, Seen& seen) {
  const std::int64_t rows = tensor.dimensions > 1 ? tensor.size[1] : tensor.size[0];
  const auto is = [&](std::string_view name) { return rest == name; };
  if (is("self_attn.q_proj.weight")) seen.q = rows;
  if (is("self_attn.k_proj.weight")) seen.kv = rows;
  if (is("self_attn.q_proj.bias")) seen.qkv_bias = true;
  if (is("self_attn.o_proj.bias")) seen.out_bias = true;
  if (is("mlp.gate_proj.weight")) seen.ffn = rows;
  if (is("self_attn.rotary_emb.inv_freq")) seen.head_dim = 2 * tensor.size[0];
  if (is("self_attn.q_norm.weight")) {
    seen.qk_norm = true;
    seen.head_dim = tensor.size[0];
  }
  if (rest.ends_with("layernorm.weight")) ++seen.norms;
  for (const auto& [word, gate] :
       {std::pair<std::string_view, std::string_view>{"mlp.experts.", "gate_proj.weight"},
        {"block_sparse_moe.experts.", "w1.weight"}}) {
    if (!rest.starts_with(word)) continue;
    const std::int64_t expert = number_at(rest.substr(word.size()));
    if (expert >= 0 && expert < kHfMostExperts) seen.experts = std::max(seen.experts, expert + 1);
    if (rest.ends_with(gate)) seen.expert_ffn = rows;
  }
  // Layers of another kind: none of our rules fits.
  if (rest.starts_with("mamba.") || rest.starts_with("linear_attn.") || rest.starts_with("conv.") ||
      rest.find("kv_a_proj") != std::string_view::npos ||
      rest.find("shared_expert") != std::string_view::npos)
    seen.foreign = true;
}

Seen look(const std::vector<FileTensor>& tensors) {
  Seen seen;
  for (const FileTensor& tensor : tensors) {
    const std::string_view name = tensor.name;
    if (name == "model.embed_tokens.weight" || name == "embed_tokens.weight") {
      seen.hidden = tensor.size[0];
      seen.vocab = tensor.size[1];
    }
    if (name == "lm_head.weight") seen.output = true;
    if (!name.starts_with("model.layers.") && !name.starts_with("layers.")) continue;
    const auto [layer, rest] = split_layer(name);
    if (layer < 0 || layer >= kHfMostLayers) continue;
    seen.layers = std::max(seen.layers, layer + 1);
    look_at_layer(tensor, rest, seen);
  }
  return seen;
}

bool fits(std::int64_t number, std::int64_t most) { return number >= 1 && number <= most; }

}  // namespace

std::optional<Shape> shape_from_tensors(const std::vector<FileTensor>& tensors,
                                        std::vector<std::string>& notes) {
  const Seen seen = look(tensors);
  if (seen.foreign || !fits(seen.hidden, kHfMostWidth) || !fits(seen.vocab, kHfMostVocab) ||
      !fits(seen.layers, kHfMostLayers) || !fits(seen.q, kHfMostWidth) || !fits(seen.kv, seen.q) ||
      !fits(std::max(seen.ffn, seen.expert_ffn), kHfMostWidth)) {
    notes.emplace_back(
        "no config.json beside it, and the names of its tensors are none that tell "
        "its shape");
    return std::nullopt;
  }
  Shape shape;
  shape.kind = "decoder";
  shape.architecture = "llama";
  if (seen.qkv_bias) shape.architecture = "qwen2";
  if (seen.qk_norm) shape.architecture = seen.experts > 0 ? "qwen3moe" : "qwen3";
  shape.layers = seen.layers;
  shape.hidden = seen.hidden;
  shape.vocab = seen.vocab;
  shape.ffn = seen.ffn > 0 ? seen.ffn : seen.expert_ffn;
  shape.tied_embeddings = !seen.output;
  shape.qkv_bias = seen.qkv_bias;
  shape.attention_output_bias = seen.out_bias;
  shape.qk_norm = seen.qk_norm;
  shape.norms_per_layer = seen.norms >= 4 * seen.layers ? 4 : 2;
  std::int64_t head_dim = seen.head_dim;
  if (head_dim == seen.q && seen.qk_norm) {
    shape.qk_norm_full = true;
    head_dim = 0;
  }
  if (head_dim < 1 || seen.q % head_dim != 0 || seen.kv % head_dim != 0) {
    // Nearly all decoders of 2048 and wider have heads of 128, narrower ones of 64. The cache's
    // size is that of all heads together, and the same either way.
    const auto even = [&](std::int64_t size) { return seen.q % size == 0 && seen.kv % size == 0; };
    head_dim = seen.hidden >= 2048 && even(128) ? 128 : even(64) ? 64 : seen.kv;
    if (seen.q % head_dim != 0) {
      notes.emplace_back("no config.json beside it: its heads cannot be told");
      return std::nullopt;
    }
    notes.push_back(fmt::format("the width of its heads is assumed: {}", head_dim));
  }
  shape.head_dim = head_dim;
  shape.heads = seen.q / head_dim;
  shape.kv_heads = seen.kv / head_dim;
  if (seen.experts > 0 && seen.expert_ffn > 0) {
    Experts experts;
    experts.count = seen.experts;
    experts.used = std::min<std::int64_t>(seen.experts, seen.experts > 16 ? 8 : 2);
    experts.ffn = seen.expert_ffn;
    shape.experts = experts;
    notes.push_back(fmt::format("how many of its {} experts a token goes through is assumed: {}",
                                experts.count, experts.used));
  }
  shape.tokenizer = hf_tokenizer("llama", shape.vocab, "llama-bpe");
  notes.emplace_back("no config.json beside it: its shape was told from its tensors");
  return shape;
}

void settle_by_tensors(Shape& shape, bool output_matrix, bool pooler, bool all_there,
                       std::vector<std::string>& notes) {
  if (shape.kind == "bert" && all_there) shape.pooler = pooler;
  const bool speaks = shape.kind != "bert" && shape.kind != "nomic" && shape.kind != "modernbert" &&
                      shape.kind != "whisper" && shape.kind != "t5";
  if (!speaks) return;
  if (output_matrix && shape.tied_embeddings) shape.embedding_stored_twice = true;
  if (!output_matrix && !shape.tied_embeddings && all_there) {
    shape.tied_embeddings = true;
    notes.emplace_back("it stores no output matrix: the input's is taken to serve for both");
  }
}

}  // namespace weighin::catalogue
