// How is the graph of RWKV-7 put together?
//
// As llama.cpp v0.5.0 does: src/models/rwkv7.cpp and rwkv7-base.cpp.
#include "estimate/graph/parts.hpp"

namespace weighin {
namespace {

Extent cube(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d = 1) {
  return {{a, b, c, d}, {1, 0}};
}

class Rwkv7 {
 public:
  explicit Rwkv7(Parts& parts)
      : p_(parts),
        g_(parts.g),
        mix_(*parts.s.time_mix),
        width_(parts.s.hidden),
        sequences_(parts.b.sequences),
        n_(parts.b.tokens / parts.b.sequences) {}

  void build() {
    Value x = norm(p_.embedding());
    for (std::int64_t layer = 0; layer < p_.s.layers; ++layer) x = build_layer(x, layer);
    x = norm(x);
    g_.keep(x);
    x = p_.logits(x);
    g_.keep(x);
    g_.expand(x);
  }

 private:
  Extent flat() const { return p_.flat(width_); }
  Extent by_head() const { return cube(mix_.head_size, width_ / mix_.head_size, p_.b.tokens); }
  // A layer norm with weight and bias.
  Value norm(Value x) { return g_.in_place({g_.in_place({g_.value(g_.extent(x), {x})})}); }
  // The token before, in front of all but the last.
  Value shifted(Value before, Value x) {
    const Value most = g_.view(x, cube(width_, n_ - 1, sequences_), false);
    return g_.value(cube(width_, n_, sequences_), {before, most});
  }
  Value low_rank(Value x, std::int64_t rank, bool between) {
    Value y = g_.value(p_.flat(rank), {x});
    if (between) y = g_.in_place({y});
    return g_.value(flat(), {y});
  }

  Value time_mix(Value x, Value previous, std::int64_t layer) {
    g_.section("time mix");
    Value difference = g_.in_place({previous, x});
    const Extent six = cube(width_, n_, sequences_, 6);
    Value all = g_.value(six, {difference});
    all = g_.in_place({g_.in_place({all}), x});
    const auto part = [&] { return g_.view(all, flat(), true); };
    const Value xr = part(), xw = part(), xk = part(), xv = part(), xa = part(), xg = part();
    const Value r = g_.value(flat(), {xr});
    Value w = g_.in_place({low_rank(xw, mix_.decay_rank, true)});
    w = g_.in_place({g_.in_place({g_.in_place({w})})});
    Value k = g_.value(flat(), {xk});
    Value v = g_.value(flat(), {xv});
    if (layer == 0) {
      first_value_ = v;
    } else {
      const Value share = g_.in_place({g_.in_place({low_rank(xv, mix_.value_rank, false)})});
      const Value gap = g_.in_place({first_value_, v});
      v = g_.in_place({v, g_.in_place({gap, share})});
    }
    const Value gate = low_rank(xg, mix_.gate_rank, true);
    const Value a = g_.in_place({g_.in_place({low_rank(xa, mix_.iclr_rank, false)})});
    Value kk = g_.view(g_.in_place({k}), by_head(), true);
    kk = g_.in_place({kk});
    const Value ka = g_.in_place({k});
    k = g_.in_place({k, g_.in_place({g_.in_place({a, ka}), ka})});
    const auto heads = [&](Value y) { return g_.view(y, by_head(), true); };
    const Value r3 = heads(r), w3 = heads(w), k3 = heads(k), v3 = heads(v), a3 = heads(a);
    const Value state = p_.read_state(mix_.head_size * width_);
    const Value out =
        g_.value(cube(width_, p_.b.tokens + mix_.head_size * sequences_, 1),
                 {r3, w3, k3, v3, g_.in_place({kk}), g_.in_place({kk, a3}), state});
    Value y = g_.view(out, flat(), true);
    g_.expand(g_.effect({g_.view(out, cube(width_ * mix_.head_size * sequences_, 1, 1), true)}));
    y = g_.view(y, by_head(), true);
    y = g_.value(by_head(), {y});
    y = g_.in_place({g_.in_place({g_.view(y, flat(), true)})});
    const Value product = g_.in_place({g_.in_place({k3, r3})});
    const Value rk = g_.value(cube(1, width_ / mix_.head_size, p_.b.tokens), {product});
    y = g_.in_place({y, g_.view(g_.in_place({v3, rk}), flat(), true)});
    y = g_.in_place({y, gate});
    return g_.view(p_.linear(y, width_), cube(width_, n_, sequences_), true);
  }

  Value channel_mix(Value x, Value previous) {
    g_.section("channel mix");
    const Value difference = g_.in_place({previous, x});
    const Value k = g_.in_place({g_.in_place({difference}), x});
    const Value wide = g_.in_place({g_.in_place({p_.linear(k, p_.s.ffn)})});
    return p_.linear(wide, width_);
  }

  Value build_layer(Value input, std::int64_t layer) {
    const bool last = layer == p_.s.layers - 1;
    input = g_.view(input, cube(width_, n_, sequences_), true);
    const Value shift = g_.view(p_.read_state(2 * width_), cube(width_, 2, sequences_), true);
    const Value before = g_.view(shift, cube(width_, 1, sequences_), false);
    const Value before_ffn = g_.view(shift, cube(width_, 1, sequences_), false);
    const Value normed = norm(input);
    Value x = time_mix(normed, shifted(before, normed), layer);
    Value middle = g_.in_place({x, input});
    Value for_ffn = norm(middle);
    Value previous = shifted(before_ffn, for_ffn);
    const auto end = [&](Value y) { return g_.view(y, cube(width_, 1, sequences_), false); };
    g_.expand(g_.effect({g_.value(cube(width_, 2, sequences_), {end(normed), end(for_ffn)})}));
    middle = g_.view(middle, flat(), true);
    for_ffn = g_.view(for_ffn, flat(), true);
    previous = g_.view(previous, flat(), true);
    if (last) {
      middle = p_.rows(middle);
      for_ffn = p_.rows(for_ffn);
      previous = p_.rows(previous);
    }
    return g_.in_place({channel_mix(for_ffn, previous), middle});
  }

  Parts& p_;
  Graph& g_;
  const TimeMix& mix_;
  const std::int64_t width_, sequences_, n_;
  Value first_value_ = kOutside;
};

}  // namespace

void build_rwkv7(Parts& parts) { Rwkv7(parts).build(); }

}  // namespace weighin
