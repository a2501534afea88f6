// How are the pieces of a graph built: embedding, norm, attention over the cache, logits?
#include "estimate/graph/parts.hpp"

#include <algorithm>

#include "estimate/tensors.hpp"

namespace weighin {
Parts::Parts(const Shape& shape, const Batch& batch, Graph& graph)
    : s(shape),
      b(batch),
      style(style_of(shape)),
      g(graph),
      decompressed_(shape.latent && is_decompressed(shape)) {
  const std::int64_t n = b.tokens;
  const bool four_positions = s.kind == "qwen_hybrid" && s.architecture != "qwen3next";
  positions = g.input(4, {{n * (four_positions ? 4 : 1), 1, 1, 1}, {1, 0}});
  output_rows = g.input(4, {{b.outputs, 1, 1, 1}, {1, 0}});
  if (style.temperature) temperature_ = g.input(4, {{1, 1, n, 1}, {1, 0}});
  // ModernBERT's two of three layers look at neighbours only, whatever the catalogue says.
  two_caches_ = (s.sliding_window > 0 && !s.swa_pattern.empty()) || s.kind == "modernbert";
  for (const bool sliding : {false, true}) {
    if (sliding && !two_caches_) break;
    Cache& cache = caches_[sliding ? 1 : 0];
    const std::uint8_t mask_bytes = b.flash ? 2 : 4;
    const Linear cells = sliding ? b.sliding_cells : b.cells;
    cache.k_index = g.input(8, {{n, 1, 1, 1}, {1, 0}});
    cache.v_index = g.input(8, {{b.flash ? n : n * widest_values(s), 1, 1, 1}, {1, 0}});
    cache.mask = g.input(mask_bytes, {{1, n / b.streams, 1, b.streams}, cells});
    const std::int64_t k = key_rotation(sliding), v = value_rotation();
    if (k > 0) cache.k_turn = g.input(4, {{k, k, 1, 1}, {1, 0}});
    if (v > 0) cache.v_turn = g.input(4, {{v, v, 1, 1}, {1, 0}});
    mask_within_[sliding ? 1 : 0] = g.input(mask_bytes, {{n, n, 1, 1}, {1, 0}});
  }
  state_index_ = g.input(4, {{b.sequences, 1, 1, 1}, {1, 0}});
  state_main_ = g.view(state_index_, {{b.sequences, 1, 1, 1}, {1, 0}}, true);
  state_extra_ = g.view(state_index_, {{0, 1, 1, 1}, {1, 0}}, true);
}

// A quantized cache is stored rotated, by a Hadamard matrix of a power of two that divides the
// head: the largest for keys, 64 for values (src/llama-kv-cache.cpp).
std::int64_t Parts::key_rotation(bool sliding) const {
  const std::int64_t full = s.global_head_dim > 0 ? s.global_head_dim : s.head_dim;
  const std::int64_t dim = decompressed_ ? s.latent->qk_nope_head_dim + s.latent->qk_rope_head_dim
                           : sliding     ? s.head_dim
                                         : full;
  if (!b.quantized_cache || (s.latent && !decompressed_) || dim < 64 || dim % 64 != 0) return 0;
  std::int64_t size = 64;
  while (dim % (2 * size) == 0) size *= 2;
  return size;
}

std::int64_t Parts::value_rotation() const {
  const std::int64_t dim = decompressed_ ? s.latent->v_head_dim : s.head_dim;
  return b.quantized_cache && (!s.latent || decompressed_) && dim >= 64 && dim % 64 == 0 ? 64 : 0;
}

Value Parts::embedding() {
  g.section("embedding");
  if (b.embedded) {
    Value x = g.input(4, flat(s.hidden));
    if (style.scale_embedding) x = g.in_place({x});
    return x;
  }
  const Value tokens = g.input(4, {{b.tokens, 1, 1, 1}, {1, 0}});
  // Both ways in are in the graph: by token, and (unused, but kept free) by vector.
  const Value vectors = g.input(4, flat(s.hidden));
  Value x = g.value(flat(s.hidden), {tokens});
  g.expand(x);
  g.expand(vectors);
  if (style.scale_embedding) {
    x = g.in_place({x});
    if (s.architecture == "granite" || s.architecture == "granitehybrid" ||
        s.architecture == "minicpm") {
      g.expand(x);
    }
  }
  return x;
}

Value Parts::linear(Value x, std::int64_t rows) {
  Extent extent = g.extent(x);
  extent.size[0] = rows;
  return g.value(extent, {x});
}

Value Parts::norm(Value x, bool weight) {
  x = style.layer_norm ? g.value(g.extent(x), {x}) : g.in_place({x});
  if (weight && s.norm_weight) x = g.in_place({x});
  if (weight && s.norm_bias) x = g.in_place({x});
  return x;
}

Value Parts::heads_view(Value x, std::int64_t head_dim, std::int64_t heads, bool contiguous) {
  return g.view(x, {{head_dim, heads, b.tokens, 1}, {1, 0}}, contiguous);
}

Value Parts::rows(Value x) {
  Extent extent = g.extent(x);
  extent.size[1] = b.outputs;
  return g.value(extent, {x, output_rows});
}

Value Parts::turn(Value x, Value by) {
  if (by == kOutside || x == kOutside) return x;
  const Extent extent = g.extent(x);
  const std::int64_t n = g.extent(by).size[0];
  std::int64_t all = 1;
  for (const std::int64_t size : extent.size) all *= size;
  const Extent folded{{n, all / n, 1, 1}, {1, 0}};
  const Value laid = g.contiguous(x) ? g.view(x, folded, true) : g.value(folded, {x});
  return g.view(g.value(folded, {by, laid}), extent, true);
}

Heads Parts::project(Value x, std::int64_t layer) {
  g.section("attention");
  const bool full = !is_sliding_layer(s, layer);
  const std::int64_t head_dim = full && s.global_head_dim > 0 ? s.global_head_dim : s.head_dim;
  const std::int64_t kv_heads = full && s.global_kv_heads > 0 ? s.global_kv_heads : s.kv_heads;
  const std::int64_t q_rows = s.heads * head_dim, kv_rows = kv_heads * head_dim;
  Heads h;
  h.value_dim = h.cache_dim = head_dim;
  h.heads = s.heads;
  h.kv_heads = kv_heads;
  if (s.fused_qkv) {
    const Value all = bias(linear(x, q_rows + 2 * kv_rows), s.qkv_bias);
    h.q = heads_view(all, head_dim, s.heads, false);
    h.k = heads_view(all, head_dim, kv_heads, false);
    h.v = heads_view(all, head_dim, kv_heads, false);
  } else {
    h.q = bias(linear(x, q_rows), s.qkv_bias);
    h.k = bias(linear(x, kv_rows), s.qkv_bias);
    h.v = bias(linear(x, kv_rows), s.qkv_bias);
    if (style.flat_qk_norm && s.qk_norm) {
      h.q = g.in_place({g.in_place({h.q})});
      h.k = g.in_place({g.in_place({h.k})});
    }
    h.q = heads_view(h.q, head_dim, s.heads);
    h.k = heads_view(h.k, head_dim, kv_heads);
    h.v = heads_view(h.v, head_dim, kv_heads);
  }
  const auto head_norm = [&](Value y) {
    y = style.layer_norm ? g.value(g.extent(y), {y}) : g.in_place({y});
    return g.in_place({y});
  };
  if (!style.flat_qk_norm && (s.qk_norm || s.kind == "lfm2")) {
    h.q = head_norm(h.q);
    h.k = head_norm(h.k);
  }
  const bool turned = style.rope == GraphStyle::Rope::all ||
                      (style.rope == GraphStyle::Rope::sliding_layers && !full) ||
                      (style.rope == GraphStyle::Rope::three_of_four && (layer + 1) % 4 != 0);
  if (turned) {
    h.q = g.in_place({h.q, positions});
    h.k = g.in_place({h.k, positions});
  }
  if (temperature_ != kOutside && (!turned || s.architecture != "llama4"))
    h.q = g.in_place({h.q, temperature_});
  if (style.norm_after_rope && turned) {
    h.q = g.in_place({h.q});
    h.k = g.in_place({h.k});
  }
  if (style.scale_query) h.q = g.in_place({h.q});
  return h;
}

Value Parts::scores(const Heads& h, Linear cells, Value mask, Value queries, Value score_bias,
                    bool latent) {
  g.section("attention over the cache");
  const std::int64_t n = b.tokens / b.streams;
  const auto all_tokens = [&](std::int64_t width) {
    return Extent{{width, b.tokens, 1, 1}, {1, 0}};
  };
  const std::int64_t out_dim = latent ? s.latent->v_head_dim : h.value_dim;
  Value y = kOutside;
  if (b.flash && score_bias == kOutside) {
    // A cache of 32 bits is copied to 16 before.
    Value k = kOutside, v = kOutside;
    if (b.cache_bytes == 4 && b.cache_block == 1) {
      k = g.value({{h.cache_dim, h.kv_heads, 1, b.streams}, cells}, {}, 2);
      v = g.value({{h.value_dim, h.kv_heads, 1, b.streams}, cells}, {}, 2);
    }
    y = g.value({{h.value_dim, h.heads, n, b.streams}, {1, 0}}, {queries, k, v, mask});
    if (latent) {
      y = g.view(y, {{h.value_dim, n, h.heads, b.streams}, {1, 0}}, false);
      y = g.value({{out_dim, n, h.heads, b.streams}, {1, 0}}, {y});
      y = g.view(y, {{out_dim, h.heads, n, b.streams}, {1, 0}}, false);
      y = g.value({{out_dim, h.heads, n, b.streams}, {1, 0}}, {y});
    }
    y = g.view(y, all_tokens(out_dim * h.heads), true);
  } else {
    Value kq = g.value({{1, n, h.heads, b.streams}, cells}, {queries});
    if (style.soft_cap_scores) kq = g.in_place({g.in_place({g.in_place({kq})})});
    if (score_bias != kOutside) kq = g.in_place({kq, score_bias});
    kq = g.in_place({kq, mask});
    // Values that are not kept transposed are transposed first: those of a latent, and those of a
    // cache that was meant for flash attention.
    Value v = kOutside;
    if (latent || b.flash) {
      const std::int64_t blocks = h.value_dim * h.kv_heads / b.cache_block;
      v = g.value({{blocks, 1, 1, b.streams}, cells}, {}, b.cache_bytes);
    }
    y = g.value({{h.value_dim, n, h.heads, b.streams}, {1, 0}}, {v, kq});
    if (latent) y = g.value({{out_dim, n, h.heads, b.streams}, {1, 0}}, {y});
    y = g.view(y, {{out_dim, h.heads, n, b.streams}, {1, 0}}, false);
    y = g.value(all_tokens(out_dim * h.heads), {y});
  }
  g.expand(y);
  return y;
}

Value Parts::attend(Heads h, bool sliding, std::int64_t output_width, bool output_bias) {
  const Cache& c = cache(sliding);
  h.q = turn(h.q, c.k_turn);
  h.k = turn(h.k, c.k_turn);
  h.v = turn(h.v, c.v_turn);
  g.expand(h.q);
  if (two_caches_) {
    g.expand(h.k);
    g.expand(h.v);
  } else {
    g.expand(h.v);
    g.expand(h.k);
  }
  if (h.k != kOutside)
    g.expand(g.effect({g.view(h.k, flat(h.cache_dim * h.kv_heads), true), c.k_index}));
  if (h.v != kOutside) {
    const Extent row = flat(h.value_dim * h.kv_heads);
    // The transposed cache takes single values, and needs them side by side.
    Value laid = b.flash || g.contiguous(h.v) ? g.view(h.v, row, true) : g.value(row, {h.v});
    const std::int64_t widest = widest_values(s);
    if (!b.flash && row.size[0] < widest) laid = g.value(flat(widest), {laid});
    if (!b.flash)
      laid = g.view(laid, {{1, b.tokens * std::max(widest, row.size[0]), 1, 1}, {1, 0}}, true);
    g.expand(g.effect({laid, c.v_index}));
  }
  const Value queries =
      g.view(h.q, {{h.cache_dim, b.tokens / b.streams, h.heads, b.streams}, {1, 0}}, false);
  Value y = scores(h, sliding && two_caches_ ? b.sliding_cells : b.cells, c.mask, queries, kOutside,
                   false);
  y = turn(y, c.v_turn);
  if (output_width == 0) return y;
  return bias(linear(y, output_width), output_bias);
}

Value Parts::attend_within(Heads h, bool sliding, std::int64_t output_width, bool output_bias,
                           Value score_bias) {
  g.expand(h.q);
  g.expand(h.k);
  g.expand(h.v);
  const std::int64_t n = b.tokens;
  const Value mask = mask_within_[sliding && two_caches_ ? 1 : 0];
  const Value queries = g.view(h.q, {{h.cache_dim, n, h.heads, 1}, {1, 0}}, false);
  const Value keys = g.view(h.k, {{h.cache_dim, n, h.kv_heads, 1}, {1, 0}}, false);
  const Value values = g.view(h.v, {{h.value_dim, n, h.kv_heads, 1}, {1, 0}}, false);
  Value y = kOutside;
  if (b.flash && score_bias == kOutside) {
    const Value k = g.value(g.extent(keys), {keys}, 2);
    const Value v = g.value(g.extent(values), {values}, 2);
    y = g.value({{h.value_dim, h.heads, n, 1}, {1, 0}}, {queries, k, v, mask});
    y = g.view(y, flat(h.value_dim * h.heads), true);
  } else {
    Value kq = g.value({{n, n, h.heads, 1}, {1, 0}}, {keys, queries});
    if (score_bias != kOutside) kq = g.in_place({kq, score_bias});
    kq = g.in_place({kq, mask});
    const Value v = g.value({{n, h.value_dim, h.kv_heads, 1}, {1, 0}}, {values});
    y = g.value({{h.value_dim, n, h.heads, 1}, {1, 0}}, {v, kq});
    y = g.value(flat(h.value_dim * h.heads), {g.view(y, g.extent(y), false)});
  }
  g.expand(y);
  return bias(linear(y, output_width), output_bias);
}

Value Parts::attend_biased(Heads h, std::int64_t output_width, Value score_bias) {
  const Cache& c = cache(false);
  h.q = turn(h.q, c.k_turn);
  h.k = turn(h.k, c.k_turn);
  h.v = turn(h.v, c.v_turn);
  g.expand(h.q);
  g.expand(h.v);
  g.expand(h.k);
  g.expand(g.effect({g.view(h.k, flat(h.cache_dim * h.kv_heads), true), c.k_index}));
  const Value row = g.view(h.v, flat(h.value_dim * h.kv_heads), true);
  g.expand(g.effect({row, c.v_index}));
  const Value queries =
      g.view(h.q, {{h.cache_dim, b.tokens / b.streams, h.heads, b.streams}, {1, 0}}, false);
  const Value y = scores(h, b.cells, c.mask, queries, score_bias, false);
  return linear(turn(y, c.v_turn), output_width);
}

Value Parts::attend_across(const Heads& h, std::int64_t read, Value mask,
                           std::int64_t output_width) {
  g.expand(h.q);
  g.expand(h.k);
  g.expand(h.v);
  const std::int64_t n = b.tokens;
  Value y = kOutside;
  if (b.flash) {
    const Extent half{{h.value_dim, read, h.heads, 1}, {1, 0}};
    const Value k = g.value(half, {g.view(h.k, half, false)}, 2);
    const Value v = g.value(half, {g.view(h.v, half, false)}, 2);
    y = g.value({{h.value_dim, h.heads, n, 1}, {1, 0}},
                {g.view(h.q, g.extent(h.q), false), k, v, mask});
    y = g.view(y, flat(h.value_dim * h.heads), true);
  } else {
    Value kq = g.value({{read, n, h.heads, 1}, {1, 0}}, {h.k, h.q});
    kq = g.in_place({kq, mask});
    const Value v = g.value({{read, h.value_dim, h.heads, 1}, {1, 0}}, {h.v});
    y = g.value({{h.value_dim, n, h.heads, 1}, {1, 0}}, {v, kq});
    y = g.value(flat(h.value_dim * h.heads), {g.view(y, g.extent(y), false)});
  }
  g.expand(y);
  return linear(y, output_width);
}

Heads Parts::decompress(Value x) {
  g.section("attention");
  const LatentAttention& a = *s.latent;
  const std::int64_t q_dim = a.qk_nope_head_dim + a.qk_rope_head_dim, n = b.tokens;
  const std::int64_t rope = a.qk_rope_head_dim, rank = a.kv_lora_rank;
  const std::int64_t kv_dim = a.qk_nope_head_dim + a.v_head_dim;
  Heads h;
  h.heads = h.kv_heads = s.heads;
  h.cache_dim = q_dim;
  h.value_dim = a.v_head_dim;
  const Value q = a.q_lora_rank > 0 ? norm(linear(x, a.q_lora_rank)) : x;
  h.q = g.in_place({heads_view(linear(q, s.heads * q_dim), q_dim, s.heads), positions});
  const Value compressed = linear(x, rank + rope);
  const Value kv = linear(norm(g.view(compressed, flat(rank), false)), s.heads * kv_dim);
  const Value k_plain = heads_view(kv, a.qk_nope_head_dim, s.heads, false);
  const Value v = heads_view(kv, a.v_head_dim, s.heads, false);
  h.v = g.value(g.extent(v), {v});
  const Value k_turned = g.in_place({heads_view(compressed, rope, 1, false), positions});
  const Value repeated = g.value({{rope, s.heads, n, 1}, {1, 0}}, {k_turned});
  h.k = g.value({{q_dim, s.heads, n, 1}, {1, 0}}, {k_plain, repeated});
  return h;
}

Value Parts::attend_latent(Value x) {
  g.section("attention");
  const LatentAttention& a = *s.latent;
  const std::int64_t q_dim = a.qk_nope_head_dim + a.qk_rope_head_dim;
  const std::int64_t rope = a.qk_rope_head_dim, rank = a.kv_lora_rank, n = b.tokens;
  Value q = x;
  if (a.q_lora_rank > 0) q = norm(linear(x, a.q_lora_rank));
  q = heads_view(linear(q, s.heads * q_dim), q_dim, s.heads);
  const Value compressed = linear(x, rank + rope);
  Value kv = g.view(compressed, flat(rank), false);
  Value k_turned = g.in_place({heads_view(compressed, rope, 1, false), positions});
  kv = norm(kv);
  const Value q_plain = heads_view(q, a.qk_nope_head_dim, s.heads, false);
  const Value q_turned = g.in_place({heads_view(q, rope, s.heads, false), positions});
  Value absorbed = g.view(q_plain, {{a.qk_nope_head_dim, n, s.heads, 1}, {1, 0}}, false);
  absorbed = g.value({{rank, n, s.heads, 1}, {1, 0}}, {absorbed});
  absorbed = heads_view(absorbed, rank, s.heads, false);
  Heads h;
  h.heads = s.heads;
  h.kv_heads = 1;
  h.value_dim = rank;
  h.cache_dim = rank + rope;
  h.q = g.value({{rank + rope, s.heads, n, 1}, {1, 0}}, {absorbed, q_turned});
  kv = heads_view(kv, rank, 1);
  h.k = g.value({{rank + rope, 1, n, 1}, {1, 0}}, {kv, k_turned});
  h.v = kv;
  if (temperature_ != kOutside) h.q = g.in_place({h.q, temperature_});
  g.expand(h.q);
  g.expand(h.v);
  g.expand(h.k);
  const Cache& c = cache(false);
  g.expand(g.effect({g.view(h.k, flat(rank + rope), true), c.k_index}));
  const Value queries =
      g.view(h.q, {{rank + rope, n / b.streams, s.heads, b.streams}, {1, 0}}, false);
  const Value y = scores(h, b.cells, c.mask, queries, kOutside, true);
  return linear(y, s.hidden);
}

Value Parts::logits(Value x) {
  g.section("logits");
  if (s.architecture == "minicpm3") x = g.in_place({x});  // scaled before the matrix
  x = linear(x, s.vocab);
  if (s.output_bias) x = g.in_place({x});
  if (style.scale_logits && s.architecture != "minicpm3") x = g.in_place({x});
  if (style.soft_cap_logits) x = g.in_place({g.in_place({g.in_place({x})})});
  return x;
}

}  // namespace weighin
