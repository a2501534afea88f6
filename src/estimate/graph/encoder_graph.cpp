// How are the graphs of encoders put together: BERT, nomic, ModernBERT, T5?
#include "estimate/graph/parts.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

Value rotated(Parts& p, Value x) {
  return p.style.rope == GraphStyle::Rope::none ? x : p.g.in_place({x, p.positions});
}

Heads heads_of(Parts& p, Value x) {
  const Shape& s = p.s;
  Heads h;
  h.heads = s.heads;
  h.kv_heads = s.kv_heads;
  h.value_dim = h.cache_dim = s.head_dim;
  const std::int64_t q = s.heads * s.head_dim, kv = s.kv_heads * s.head_dim;
  if (s.fused_qkv || s.kind == "modernbert") {
    const Value all = p.bias(p.linear(x, q + 2 * kv), s.qkv_bias);
    h.q = p.heads_view(all, s.head_dim, s.heads, false);
    h.k = p.heads_view(all, s.head_dim, s.kv_heads, false);
    h.v = p.heads_view(all, s.head_dim, s.kv_heads, false);
  } else {
    h.q = p.heads_view(p.bias(p.linear(x, q), s.qkv_bias), s.head_dim, s.heads);
    h.k = p.heads_view(p.bias(p.linear(x, kv), s.qkv_bias), s.head_dim, s.kv_heads);
    h.v = p.heads_view(p.bias(p.linear(x, kv), s.qkv_bias), s.head_dim, s.kv_heads);
  }
  if (s.architecture == "gemma-embedding") {
    h.q = p.g.in_place({p.g.in_place({h.q})});
    h.k = p.g.in_place({p.g.in_place({h.k})});
  }
  h.q = rotated(p, h.q);
  h.k = rotated(p, h.k);
  if (p.style.scale_query) h.q = p.g.in_place({h.q});
  return h;
}

// BERT and nomic norm after each half, ModernBERT before.
Value encoder_layer(Parts& p, Value input, std::int64_t layer, bool last) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const bool before = s.kind == "modernbert" || s.kind == "decoder";
  Value x = before && (layer > 0 || s.kind == "decoder") ? p.norm(input) : input;
  const bool sliding = s.kind == "modernbert" ? layer % 3 != 0 : is_sliding_layer(s, layer);
  x = p.attend_within(heads_of(p, x), sliding, s.hidden, s.attention_output_bias);
  if (last) {
    x = p.rows(x);
    input = p.rows(input);
  }
  if (p.style.post_norm) x = p.norm(x);
  x = g.in_place({x, input});
  if (!before) x = p.norm(x);
  const Value middle = x;
  if (before) x = p.norm(x);
  x = p.dense(x, s.ffn, p.style.activation, s.ffn_bias);
  if (p.style.post_norm) x = p.norm(x);
  x = g.in_place({x, middle});
  return before ? x : p.norm(x);
}

}  // namespace

void build_encoder(Parts& p) {
  const Shape& s = p.s;
  Graph& g = p.g;
  Value x = p.embedding();
  if (s.token_types > 0) x = g.in_place({x});
  if (s.positions > 0 && p.style.rope == GraphStyle::Rope::none)
    x = g.in_place({g.value(p.flat(s.hidden), {p.positions}), x});
  if (s.embedding_norm) x = p.norm(x);
  for (std::int64_t layer = 0; layer < s.layers; ++layer)
    x = encoder_layer(p, x, layer, layer == s.layers - 1);
  if (s.kind == "modernbert" || s.kind == "decoder") x = p.norm(x);
  g.keep(x);
  g.expand(x);
}

void build_t5(Parts& p) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, inner = s.heads * s.head_dim, read = s.context_max;
  // The decoder's graph is the one that is reserved: it also attends over the encoder's output.
  const Extent encoded{{s.hidden, read, 1, 1}, {1, 0}};
  Value x = p.embedding();
  const Value encoder = g.input(4, encoded);
  const Value buckets = g.input(4, {{1, n, 1, 1}, p.b.cells});
  const Value cross_mask = g.input(p.b.flash ? 2 : 4, {{read, n, 1, 1}, {1, 0}});
  Heads h;
  h.heads = h.kv_heads = s.heads;
  h.value_dim = h.cache_dim = s.head_dim;
  for (std::int64_t layer = 0; layer < s.decoder_layers; ++layer) {
    Value residual = x;
    Value y = p.norm(x);
    h.q = p.heads_view(p.linear(y, inner), s.head_dim, s.heads);
    h.k = p.heads_view(p.linear(y, inner), s.head_dim, s.heads);
    h.v = p.heads_view(p.linear(y, inner), s.head_dim, s.heads);
    // The position's bias is looked up for every pair of a token and a cell.
    const Extent pairs{{s.heads, n, 1, 1}, p.b.cells};
    const Value found = g.value(pairs, {buckets});
    const Value turned = g.value({{1, n, s.heads, 1}, p.b.cells}, {g.view(found, pairs, false)});
    y = p.attend_biased(h, s.hidden, turned);
    x = g.in_place({y, residual});
    residual = x;
    y = p.norm(x);
    Heads cross = h;
    cross.q = p.heads_view(p.linear(y, inner), s.head_dim, s.heads);
    const Extent all{{inner, read, 1, 1}, {1, 0}};
    const Extent split{{s.head_dim, s.heads, read, 1}, {1, 0}};
    cross.k = g.view(g.value(all, {encoder}), split, true);
    cross.v = g.view(g.value(all, {encoder}), split, true);
    y = p.attend_across(cross, read, cross_mask, s.hidden);
    if (layer == s.decoder_layers - 1) {
      y = p.rows(y);
      residual = p.rows(residual);
    }
    const Value middle = g.in_place({y, residual});
    y = p.dense(p.norm(middle), s.ffn, p.style.activation, false);
    x = g.in_place({y, middle});
  }
  x = p.norm(x);
  g.keep(x);
  x = p.logits(x);
  g.keep(x);
  g.expand(x);
}

}  // namespace weighin
