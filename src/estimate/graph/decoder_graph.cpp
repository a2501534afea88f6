// How are the layers of a decoder put together into a graph?
#include "estimate/graph/parts.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

using Residual = GraphStyle::Residual;

// The gated attention of Qwen3-Next and Qwen3.5: the query's projection carries its own gate.
Value attend_gated(Parts& p, Value x) {
  const Shape& s = p.s;
  Graph& g = p.g;
  const Value both = p.linear(x, 2 * s.heads * s.head_dim);
  Heads h;
  h.heads = s.heads;
  h.kv_heads = s.kv_heads;
  h.value_dim = h.cache_dim = s.head_dim;
  const auto normed = [&](Value y) {
    return g.in_place({g.in_place({g.in_place({y})}), p.positions});
  };
  h.q = normed(p.heads_view(both, s.head_dim, s.heads, false));
  h.k = normed(p.heads_view(p.linear(x, s.kv_heads * s.head_dim), s.head_dim, s.kv_heads));
  h.v = p.heads_view(p.linear(x, s.kv_heads * s.head_dim), s.head_dim, s.kv_heads);
  const Value gate = p.heads_view(both, s.head_dim, s.heads, false);
  Value y = p.attend(h, false, 0, false);
  const Value open = g.in_place({g.value(p.flat(s.heads * s.head_dim), {gate})});
  y = g.in_place({y, open});
  return p.linear(y, s.hidden);
}

Value attention(Parts& p, Value x, std::int64_t layer) {
  const Shape& s = p.s;
  if (!is_attention_layer(s, layer)) return p.state_layer(x);
  if (s.latent && is_decompressed(s)) return p.attend(p.decompress(x), false, s.hidden, false);
  if (s.latent) return p.attend_latent(x);
  if (s.linear) return attend_gated(p, x);
  const bool sliding = is_sliding_layer(s, layer);
  const Heads heads = p.project(x, layer);
  if (s.sub_norms) {
    const Value y = p.norm(p.attend(heads, sliding, 0, false));
    return p.bias(p.linear(y, s.hidden), s.attention_output_bias);
  }
  return p.attend(heads, sliding, s.hidden, s.attention_output_bias);
}

Value layer_in_turn(Parts& p, Value input, std::int64_t layer, bool last) {
  const GraphStyle& style = p.style;
  Graph& g = p.g;
  const bool alone = !p.s.ffn_layers.empty();  // Nemotron-H: a layer does one thing
  const bool two_halves = !alone && (is_expert_layer(p.s, layer) || p.s.ffn > 0);
  Value residual = input;
  Value x = style.pre_norm ? p.norm(input) : input;
  if (p.s.linear) g.expand(x);
  x = alone && is_feed_forward_layer(p.s, layer) ? p.feed_forward(x, layer)
                                                 : attention(p, x, layer);
  if (last && !style.rows_at_end) {
    x = p.rows(x);
    residual = p.rows(residual);
  }
  if (style.post_norm) x = p.norm(x);
  if (style.scale_residual) x = g.in_place({x});
  // LFM2 writes the sum the other way round.
  x = p.s.kind == "lfm2" ? g.in_place({residual, x}) : g.in_place({x, residual});
  if (!two_halves) return x;
  const Value middle = x;
  if (style.pre_norm) x = p.norm(middle);
  x = p.feed_forward(x, layer);
  if (style.post_norm) x = p.norm(x);
  if (style.scale_residual) x = g.in_place({x});
  const bool middle_first =
      p.s.kind == "lfm2" || p.s.architecture == "phi3" || p.s.architecture == "phimoe";
  return middle_first ? g.in_place({middle, x}) : g.in_place({x, middle});
}

Value layer_side_by_side(Parts& p, Value input, std::int64_t layer, bool last) {
  Graph& g = p.g;
  const bool own = p.style.residual == Residual::own_norms;
  Value normed = p.norm(input);
  // Falcon 40B and larger norm twice, once for each half.
  const Value for_attention =
      !own && p.s.norms_per_layer >= 2 && p.s.architecture == "falcon" ? p.norm(input) : normed;
  Value x = attention(p, for_attention, layer);
  if (last) {
    x = p.rows(x);
    input = p.rows(input);
    if (!own) normed = p.rows(normed);
  }
  const Value y = p.feed_forward(own ? p.norm(input) : normed, layer);
  const bool command = p.s.architecture == "command-r" || p.s.architecture == "cohere2";
  if (own || command) return g.in_place({g.in_place({y, input}), x});
  if (p.s.architecture == "phi2") return g.in_place({g.in_place({x, y}), input});
  return g.in_place({g.in_place({y, x}), input});
}

}  // namespace

void build_decoder(Parts& p) {
  const Shape& s = p.s;
  Graph& g = p.g;
  Value x = p.embedding();
  if (s.positions > 0) x = g.in_place({x, g.value(p.flat(s.hidden), {p.positions})});
  if (s.embedding_norm) x = p.norm(x);
  // Every layer counts: what one leaves free decides where the next one's values lie.
  for (std::int64_t layer = 0; layer < s.layers; ++layer) {
    const bool last = layer == s.layers - 1;
    x = p.style.residual == Residual::in_turn ? layer_in_turn(p, x, layer, last)
                                              : layer_side_by_side(p, x, layer, last);
  }
  if (p.style.rows_at_end && s.architecture == "gpt-oss") {
    g.keep(x);
    x = p.rows(x);
    x = p.norm(x);
  } else {
    x = p.norm(x);
    if (p.style.rows_at_end) {
      g.keep(x);
      x = p.rows(x);
    }
  }
  g.keep(x);
  x = p.logits(x);
  g.keep(x);
  g.expand(x);
}

}  // namespace weighin
