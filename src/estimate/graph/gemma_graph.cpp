// How are the graphs of Gemma 3n and Gemma 4 put together?
#include "estimate/graph/parts.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

Extent extent(std::int64_t a, std::int64_t b, std::int64_t c = 1) { return {{a, b, c, 1}, {1, 0}}; }

// What every layer adds for each token, from a table of its own.
Value layer_inputs(Parts& p, Value embedded) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, each = s.per_layer_embedding, all = each * s.layers;
  const Value tokens = g.input(4, {{n, 1, 1, 1}, {1, 0}});
  Value table = g.view(g.value(extent(all, n), {tokens}), extent(each, s.layers, n), true);
  table = g.in_place({table});
  g.expand(table);
  Value projected = g.in_place({g.value(extent(all, n), {embedded})});
  projected = g.view(projected, extent(each, s.layers, n), true);
  projected = g.in_place({g.in_place({projected})});
  const Value sum = g.in_place({g.in_place({projected, table})});
  return g.value(extent(each, n, s.layers), {g.view(sum, extent(each, n, s.layers), false)});
}

Heads project(Parts& p, Value x, std::int64_t layer) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const bool full = !is_sliding_layer(s, layer);
  const std::int64_t dim = full && s.global_head_dim > 0 ? s.global_head_dim : s.head_dim;
  const std::int64_t kv = full && s.global_kv_heads > 0 ? s.global_kv_heads : s.kv_heads;
  Heads h;
  h.heads = s.heads;
  h.kv_heads = kv;
  h.value_dim = h.cache_dim = dim;
  const auto normed = [&](Value y) { return g.in_place({g.in_place({y})}); };
  h.q = g.in_place({normed(p.heads_view(p.linear(x, s.heads * dim), dim, s.heads)), p.positions});
  if (layer >= s.layers - s.kv_shared_layers) return h;
  const Value k = p.linear(x, kv * dim);
  const bool own_values = !full || s.per_layer_embedding > 0;
  const Value v = own_values ? p.linear(x, kv * dim) : k;
  h.k = g.in_place({normed(p.heads_view(k, dim, kv)), p.positions});
  h.v = g.in_place({p.heads_view(v, dim, kv)});
  return h;
}

// The length of each token's vector.
Value magnitude(Graph& g, Value x) {
  Extent one = g.extent(x);
  one.size[0] = 1;
  return g.in_place({g.value(one, {g.in_place({x})})});
}

constexpr std::int64_t kStreams = 4;  // AltUp: the token's state exists four times
constexpr std::int64_t kSparseLayers = 10;

Value router(Parts& p, Value x) {
  Graph& g = p.g;
  const Value y = g.in_place({g.in_place({g.in_place({x})})});
  return g.in_place({g.value(extent(kStreams, p.b.tokens), {y})});
}

Value predict(Parts& p, Value x) {
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, d = p.s.hidden;
  const Value modes = router(p, g.view(x, extent(d, n), true));
  const Value coefficients =
      g.view(g.value(extent(kStreams * kStreams, n), {modes}), extent(kStreams, kStreams, n), true);
  const Value turned = g.value(extent(kStreams, d, n), {g.view(x, extent(kStreams, d, n), false)});
  Value y = g.value(extent(d, kStreams, n), {turned, coefficients});
  y = g.value(extent(d, n, kStreams), {g.view(y, extent(d, n, kStreams), false)});
  return g.in_place({y, x});
}

Value correct(Parts& p, Value predictions, Value activated) {
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, d = p.s.hidden;
  const Value modes = router(p, activated);
  const Value active = g.view(predictions, extent(d, n), true);
  const Value innovation = g.in_place({activated, active});
  Value coefficients = g.in_place({g.value(extent(kStreams, n), {modes})});
  coefficients = g.view(coefficients, extent(n, kStreams), false);
  coefficients = g.value(extent(1, n, kStreams), {coefficients});
  const Value repeated = g.value(extent(d, n, kStreams), {innovation});
  return g.in_place({g.in_place({repeated, coefficients}), predictions});
}

Value sparse(Parts& p, Value x) {
  Graph& g = p.g;
  const Extent one = extent(1, p.b.tokens);
  const Value mean = g.value(one, {x});
  const Value squares = g.in_place({g.in_place({x, mean})});
  const Value deviation = g.in_place({g.in_place({g.value(one, {squares})})});
  const Value cutoff = g.in_place({mean, g.in_place({deviation})});
  return g.in_place({g.in_place({x, cutoff})});
}

Value layer_3n(Parts& p, Value x, Value inputs, std::int64_t layer) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, d = s.hidden;
  constexpr std::int64_t kRank = 64;
  const Value predictions = predict(p, x);
  const Value active = g.view(predictions, extent(d, n), true);
  Value y = p.norm(active);
  Value laurel = p.norm(p.linear(p.linear(y, kRank), d));
  laurel = g.in_place({laurel, y});
  y = p.attend(project(p, y, layer), is_sliding_layer(s, layer), d, false);
  y = g.in_place({p.norm(y), active});
  const Value attended = g.in_place({g.in_place({y, laurel})});
  y = p.norm(attended);
  const Value up = p.linear(y, s.ffn);
  Value gate = p.linear(y, s.ffn);
  if (layer < kSparseLayers) gate = sparse(p, gate);
  y = p.linear(g.in_place({up, g.in_place({gate})}), d);
  y = g.in_place({p.norm(y), attended});
  const Value corrected = correct(p, predictions, y);
  // Every other stream also hears the layer's own input.
  Value first = g.in_place({g.view(corrected, extent(d, n), true)});
  first = g.in_place({p.linear(first, s.per_layer_embedding)});
  first = g.in_place({first, g.view(inputs, extent(s.per_layer_embedding, n), true)});
  first = p.norm(p.linear(first, d));
  const Extent others = extent(d, n, kStreams - 1);
  const Value slice = g.view(corrected, others, true);
  const Value sum = g.in_place({slice, first});
  return g.value(extent(d, n, kStreams), {g.view(corrected, extent(d, n), true), sum});
}

}  // namespace

void build_gemma3n(Parts& p) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens, d = s.hidden;
  const Value embedded = p.embedding();
  const Value inputs = layer_inputs(p, embedded);
  const Extent others = extent(d, n, kStreams - 1);
  const auto spread = [&](Value from, Value like) {
    const Value mapped = g.value(others, {from});
    const Value scaled = g.in_place({mapped, magnitude(g, like)});
    return g.in_place({scaled, magnitude(g, mapped)});
  };
  Value x =
      g.value(extent(d, n, kStreams), {embedded, spread(g.value(others, {embedded}), embedded)});
  for (std::int64_t layer = 0; layer < s.layers; ++layer) x = layer_3n(p, x, inputs, layer);
  const Value back = spread(g.view(x, others, true), g.view(x, extent(d, n), true));
  Value y = g.view(x, extent(d, n), true);
  for (std::int64_t i = 1; i < kStreams; ++i) y = g.in_place({y, g.view(back, extent(d, n), true)});
  y = p.norm(p.rows(g.in_place({y})));
  g.keep(y);
  y = p.logits(y);
  g.keep(y);
  g.expand(y);
}

void build_gemma4(Parts& p) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const std::int64_t n = p.b.tokens;
  Value x = p.embedding();
  const Value inputs = s.per_layer_embedding > 0 ? layer_inputs(p, x) : kOutside;
  for (std::int64_t layer = 0; layer < s.layers; ++layer) {
    Value y = p.attend(project(p, p.norm(x), layer), is_sliding_layer(s, layer), s.hidden, false);
    const Value attended = g.in_place({p.norm(y), x});
    const bool wide = s.wide_shared_ffn && layer >= s.layers - s.kv_shared_layers;
    const std::int64_t ffn = s.ffn * (wide ? 2 : 1);
    y = p.dense(p.norm(attended), ffn, GraphStyle::Activation::gated, false);
    if (is_expert_layer(s, layer)) {
      const Value mlp = p.norm(y);
      const Value routed = p.norm(attended);
      const Value router = g.in_place({g.in_place({g.in_place({attended})})});
      const Value scores = p.linear(router, s.experts->count);
      y = g.in_place({mlp, p.norm(p.experts(routed, scores))});
    }
    x = g.in_place({p.norm(y), attended});
    if (inputs != kOutside) {
      y = g.in_place({p.linear(x, s.per_layer_embedding)});
      y = g.in_place({y, g.view(inputs, extent(s.per_layer_embedding, n), true)});
      x = g.in_place({x, p.norm(p.linear(y, s.hidden))});
    }
    x = g.in_place({x});  // the layer's own scale
  }
  x = p.norm(x);
  g.keep(x);
  x = p.rows(x);
  g.keep(x);
  x = p.logits(x);
  g.keep(x);
  g.expand(x);
}

}  // namespace weighin
