// Which experts, latent attention and layers without attention does a GGUF file show?
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "catalogue/readers/gguf_shape.hpp"

namespace weighin::gguf {
namespace {

// Layers that attend: those with KV heads where the key is a list, else those with a key matrix.
std::vector<std::int64_t> attending_layers(Keys& keys, const Index& index, const Shape& s) {
  std::vector<std::int64_t> layers;
  const auto heads = keys.numbers("attention.head_count_kv", kMostWidth);
  if (heads.size() > 1) {
    const std::int64_t count = std::min(s.layers, static_cast<std::int64_t>(heads.size()));
    for (std::int64_t layer = 0; layer < count; ++layer) {
      if (heads[static_cast<std::size_t>(layer)] > 0) layers.push_back(layer);
    }
  } else if (const LayerTensors* attention = index.layered("attn_k.weight")) {
    for (const auto& [layer, tensor] : attention->layers) layers.push_back(layer);
  }
  return layers;
}

void read_linear(Keys& keys, const Index& index, Shape& s) {
  LinearAttention linear;
  linear.conv = keys.number("ssm.conv_kernel", kMostWidth);
  linear.k_dim = keys.number("ssm.state_size", kMostWidth);
  linear.k_heads = keys.number("ssm.group_count", kMostWidth);
  linear.v_heads = keys.number("ssm.time_step_rank", kMostWidth);
  const std::int64_t inner = keys.number("ssm.inner_size", kMostWidth);
  if (linear.v_heads > 0) linear.v_dim = inner / linear.v_heads;
  s.linear = linear;
  // llama.cpp's default where neither key nor tensor says (src/models/qwen3next.cpp).
  constexpr std::int64_t kUsualInterval = 4;
  s.full_attention_interval = keys.number("full_attention_interval", kMostLayers);
  if (s.full_attention_interval == 0) {
    const LayerTensors* attention = index.layered("attn_k.weight");
    s.full_attention_interval =
        attention != nullptr ? attention->layers.begin()->first + 1 : kUsualInterval;
  }
  s.kv_layers = s.layers / s.full_attention_interval;
}

}  // namespace

std::optional<Experts> read_experts(Keys& keys, const Index& index, const Shape& s) {
  Experts e;
  e.count = keys.number("expert_count", kMostExperts);
  if (e.count == 0) return std::nullopt;
  e.used = keys.number("expert_used_count", kMostExperts);
  if (e.used < 1 || e.used > e.count) {
    keys.fail(fmt::format("{}.expert_used_count", s.architecture),
              fmt::format("is {}, and must be 1 to the limit of the {} experts", e.used, e.count));
  }
  const LayerTensors* down = index.layered("ffn_down_exps.weight");
  // Files of 2023 hold each expert apart: "blk.0.ffn_down.3.weight".
  if (down == nullptr) down = index.layered("ffn_down.0.weight");
  e.ffn = down != nullptr ? down->first().size[0]
                          : keys.number("expert_feed_forward_length", kMostWidth, s.ffn);
  e.shared_ffn = index.size("ffn_down_shexp.weight", 0);
  if (e.shared_ffn > 0) e.shared_count = keys.number("expert_shared_count", kMostExperts, 1);
  e.interval = std::max<std::int64_t>(keys.number("interleave_moe_layer_step", kMostLayers, 1), 1);
  // Jamba's files do not say that every second layer is a mixture: the tensors do.
  if (down != nullptr && s.kind == "jamba" && down->layers.size() > 1) {
    const auto first = down->layers.begin();
    e.interval = std::max<std::int64_t>(std::next(first)->first - first->first, 1);
  }
  e.leading_dense =
      keys.number("leading_dense_block_count", kMostLayers,
                  down != nullptr && e.interval == 1 ? down->layers.begin()->first : 0);
  if (s.kind == "nemotron_h") e.leading_dense = 0;  // a layer that is none has no experts either
  e.latent = index.size("ffn_latent_down.weight", 1);
  e.router_bias = index.has_layered("ffn_gate_inp.bias");
  e.expert_bias = index.has_layered("ffn_down_exps.bias");
  // Of these kinds the catalogue does not say what they always have.
  e.correction_bias = index.has_layered("exp_probs_b.bias") && s.kind != "lfm2";
  e.shared_gate = index.has_layered("ffn_gate_inp_shexp.weight") && s.kind != "qwen_hybrid";
  return e;
}

std::optional<LatentAttention> read_latent(Keys& keys, const Index& index, std::int64_t heads) {
  const LayerTensors* down = index.layered("attn_kv_a_mqa.weight");
  if (down == nullptr) return std::nullopt;
  LatentAttention a;
  a.kv_lora_rank = index.size("attn_kv_a_norm.weight", 0);
  if (a.kv_lora_rank == 0) a.kv_lora_rank = keys.number("attention.kv_lora_rank", kMostWidth);
  a.qk_rope_head_dim = std::max<std::int64_t>(down->first().size[1] - a.kv_lora_rank, 0);
  a.q_lora_rank = index.size("attn_q_a.weight", 1);
  const std::int64_t queries =
      index.size(a.q_lora_rank > 0 ? "attn_q_b.weight" : "attn_q.weight", 1);
  a.qk_nope_head_dim = std::max<std::int64_t>(queries / heads - a.qk_rope_head_dim, 0);
  a.v_head_dim = index.size("attn_output.weight", 0) / heads;
  if (const LayerTensors* indexers = index.layered("indexer.proj.weight"); indexers != nullptr) {
    a.indexer_heads = indexers->first().size[1];
    a.indexer_head_dim = index.size("indexer.attn_k.weight", 1);
    // Where not every layer has one: the first ones do, and from the last of these every n-th.
    std::int64_t leading = 0;
    auto each = indexers->layers.begin();
    while (each != indexers->layers.end() && each->first == leading) ++each, ++leading;
    if (each != indexers->layers.end() && leading > 0) {
      a.indexer_leading = leading;
      a.indexer_interval = each->first - (leading - 1);
    }
  }
  return a;
}

// RWKV: no attention in any layer, and matrices of low rank whose ranks the tensors tell.
void read_time_mix(Keys& keys, const Index& index, Shape& s) {
  TimeMix mix;
  mix.head_size = keys.number("wkv.head_size", kMostWidth);
  mix.decay_rank = index.size("time_mix_w1.weight", 1);
  mix.iclr_rank = index.size("time_mix_a1.weight", 1);
  mix.gate_rank = index.size("time_mix_g1.weight", 1);
  // The first layer's is a copy of another matrix.
  mix.value_rank = keys.number("attention.value_residual_mix_lora_rank", kMostWidth);
  for (const std::int64_t rank : {mix.decay_rank, mix.iclr_rank, mix.gate_rank}) {
    if (rank > kMostWidth) {
      keys.fail("rwkv7.attention.decay_lora_rank",
                fmt::format("or a matrix says {}, over the limit of {}", rank, kMostWidth));
    }
  }
  s.time_mix = mix;
  s.kv_layers = 0;
}

void read_recurrent(Keys& keys, const Index& index, Shape& s) {
  if (s.kind == "rwkv7") return read_time_mix(keys, index, s);
  if (s.kind == "qwen_hybrid") return read_linear(keys, index, s);
  if (index.has_layered("shortconv.conv.weight") || keys.has("shortconv.l_cache")) {
    s.short_conv = keys.number("shortconv.l_cache", 4096, index.size("shortconv.conv.weight", 0));
  } else if (index.has_layered("ssm_in.weight")) {
    StateSpace state;
    state.inner = keys.number("ssm.inner_size", kMostWidth);
    state.state = keys.number("ssm.state_size", kMostWidth);
    state.conv = keys.number("ssm.conv_kernel", kMostWidth);
    const std::int64_t rank = keys.number("ssm.time_step_rank", kMostWidth);
    if (index.has_layered("ssm_dt.weight")) {
      state.dt_rank = rank;
      if (index.has_layered("ssm_dt_norm.weight") || keys.number("ssm.dt_b_c_rms", 1) > 0)
        state.normed = 1;
    } else {
      state.groups = keys.number("ssm.group_count", kMostWidth);
      state.heads = rank;
      if (rank > 0) state.head_dim = state.inner / rank;
    }
    s.state_space = state;
  } else {
    return;
  }
  s.attention_layers = attending_layers(keys, index, s);
  s.kv_layers = static_cast<std::int64_t>(s.attention_layers.size());
  if (s.kv_layers == 0) s.heads = s.kv_heads = s.head_dim = 0;
  if (s.kind == "nemotron_h") {
    for (const char* up : {"ffn_up.weight", "ffn_up_exps.weight"}) {
      if (const LayerTensors* found = index.layered(up); found != nullptr) {
        for (const auto& [layer, tensor] : found->layers) s.ffn_layers.push_back(layer);
      }
    }
    std::sort(s.ffn_layers.begin(), s.ffn_layers.end());
  }
  // Granite's files name the width of an expert as that of the layer.
  if (s.kind == "granite_hybrid" && s.experts && !index.has_layered("ffn_down.weight")) s.ffn = 0;
}

void read_gemma4(Keys& keys, const Index& index, Shape& s) {
  s.global_head_dim = s.head_dim;
  s.head_dim = keys.number("attention.key_length_swa", kMostWidth, s.head_dim);
  if (s.head_dim == 0 || s.global_head_dim == 0) return;
  s.kv_heads = index.size("attn_k.weight", 1) / s.head_dim;
  // The first layer whose keys are normed over the wider heads sees all of the context.
  const LayerTensors* norms = index.layered("attn_k_norm.weight");
  const LayerTensors* matrices = index.layered("attn_k.weight");
  if (norms == nullptr || matrices == nullptr) return;
  for (const auto& [layer, norm] : norms->layers) {
    const auto matrix = matrices->layers.find(layer);
    if (norm->size[0] != s.global_head_dim || matrix == matrices->layers.end()) continue;
    s.global_kv_heads = matrix->second->size[1] / s.global_head_dim;
    break;
  }
  const LayerTensors* down = index.layered("ffn_down.weight");
  s.wide_shared_ffn = down != nullptr && down->last().size[0] == 2 * down->first().size[0];
}

}  // namespace weighin::gguf
