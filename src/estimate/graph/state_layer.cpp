// How is a layer without attention built: Mamba, Mamba-2, short convolution, gated delta rule?
#include "estimate/graph/parts.hpp"

namespace weighin {
namespace {

Extent cube(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d = 1) {
  return {{a, b, c, d}, {1, 0}};
}

}  // namespace

Value Parts::read_state(std::int64_t values) {
  const Value state = g.value(cube(values, b.sequences, 1), {state_main_});
  g.expand(state);
  // States that stay as they are get copied too; when all sequences are in the batch there are
  // none.
  g.expand(g.effect({g.value(cube(values, 0, 1), {state_extra_})}));
  return state;
}

Value Parts::mamba1(Value x) {
  const StateSpace& m = *s.state_space;
  const std::int64_t sequences = b.sequences, n = b.tokens / sequences;
  const Value conv =
      g.view(read_state((m.conv - 1) * m.inner), cube(m.conv - 1, m.inner, sequences), true);
  x = g.view(x, cube(s.hidden, n, sequences), true);
  const Value xz = g.value(cube(2 * m.inner, n, sequences), {x});
  const Extent half = cube(m.inner, n, sequences);
  const Value left = g.view(xz, half, false), right = g.view(xz, half, false);
  const Value window = g.value(cube(m.conv - 1 + n, m.inner, sequences),
                               {conv, g.view(left, cube(n, m.inner, sequences), false)});
  g.expand(g.effect({g.view(window, cube(m.conv - 1, m.inner, sequences), false)}));
  Value y = g.in_place({g.in_place({g.value(half, {window})})});
  const Value projected = g.value(cube(m.dt_rank + 2 * m.state, n, sequences), {y});
  Value dt = g.view(projected, cube(m.dt_rank, n, sequences), false);
  Value in = g.view(projected, cube(m.state, 1, n, sequences), false);
  Value out = g.view(projected, cube(m.state, 1, n, sequences), false);
  if (m.normed > 0) {
    // Norms of views are values of their own, since their whole is still read.
    const bool weighed = s.architecture == "jamba";
    for (Value* each : {&dt, &in, &out}) {
      *each = g.in_place({*each});
      if (weighed) *each = g.in_place({*each});
    }
  } else {
    dt = g.value(g.extent(dt), {dt});
  }
  dt = g.in_place({g.value(half, {dt})});
  const Value heads = g.view(y, cube(1, m.inner, n, sequences), true);
  // What comes out, and the new state behind it.
  const Value scan = g.value(cube(m.inner * n * sequences + m.state * m.inner * sequences, 1, 1),
                             {heads, dt, in, out, state_main_});
  g.expand(scan);
  g.expand(g.effect({g.value(cube(m.state * m.inner, 0, 1), {state_extra_})}));
  g.expand(g.effect({g.view(scan, cube(m.state * m.inner * sequences, 1, 1), true)}));
  const Value seen = g.view(scan, half, true);
  Value sum = g.in_place({seen, g.in_place({y})});
  sum = g.value(half, {g.value(half, {right}), sum});
  return g.view(g.value(cube(s.hidden, n, sequences), {sum}), flat(s.hidden), true);
}

Value Parts::mamba2(Value x) {
  const StateSpace& m = *s.state_space;
  const std::int64_t sequences = b.sequences, n = b.tokens / sequences;
  const std::int64_t channels = m.inner + 2 * m.groups * m.state;
  const std::int64_t head_dim = m.inner / m.heads, rows = m.inner + channels + m.heads;
  const Value conv =
      g.view(read_state((m.conv - 1) * channels), cube(m.conv - 1, channels, sequences), true);
  const Value all = g.view(linear(x, rows), cube(rows, n, sequences), true);
  const Value z = g.view(all, cube(head_dim, m.heads, n, sequences), false);
  const Value mixed = g.view(all, cube(channels, n, sequences), false);
  const Value dt_view = g.view(all, cube(m.heads, n, sequences), false);
  const Value window = g.value(cube(m.conv - 1 + n, channels, sequences),
                               {conv, g.view(mixed, cube(n, channels, sequences), false)});
  g.expand(g.effect({g.view(window, cube(m.conv - 1, channels, sequences), false)}));
  const Value y = g.in_place({g.in_place({g.value(cube(channels, n, sequences), {window})})});
  const Extent by_head = cube(head_dim, m.heads, n, sequences);
  const Extent by_group = cube(m.state, m.groups, n, sequences);
  const Value heads = g.view(y, by_head, false);
  const Value in = g.view(y, by_group, false), out = g.view(y, by_group, false);
  const Value dt = g.in_place({g.value(g.extent(dt_view), {dt_view})});
  const Value scan = g.value(cube(m.inner * n * sequences + m.state * m.inner * sequences, 1, 1),
                             {heads, dt, in, out, state_main_});
  g.expand(scan);
  g.expand(g.effect({g.value(cube(m.state * m.inner, 0, 1), {state_extra_})}));
  g.expand(g.effect({g.view(scan, cube(m.state * m.inner, sequences, 1), false)}));
  const Value seen = g.view(scan, by_head, true);
  Value sum = g.in_place({seen, g.in_place({heads})});
  sum = g.value(by_head, {g.value(by_head, {z}), sum});
  const Extent grouped = cube(m.inner / m.groups, m.groups, n, sequences);
  sum = g.in_place({g.in_place({g.view(sum, grouped, true)})});
  return linear(g.view(sum, flat(m.inner), true), s.hidden);
}

Value Parts::short_convolution(Value x) {
  const std::int64_t sequences = b.sequences, n = b.tokens / sequences, kept = s.short_conv - 1;
  const Extent third = cube(s.hidden, n, sequences);
  x = g.view(x, third, true);
  const Value all = g.value(cube(3 * s.hidden, n, sequences), {x});
  const Value before = g.view(all, third, false), after = g.view(all, third, false),
              value = g.view(all, third, false);
  const Value product = g.view(g.in_place({before, value}), cube(n, s.hidden, sequences), false);
  const Value conv = g.view(read_state(kept * s.hidden), cube(kept, s.hidden, sequences), true);
  const Value window = g.value(cube(kept + n, s.hidden, sequences), {conv, product});
  g.expand(g.effect({g.view(window, cube(kept, s.hidden, sequences), false)}));
  Value y = g.in_place({after, g.value(third, {window})});
  y = g.value(third, {y});
  return g.view(y, flat(s.hidden), true);
}

Value Parts::delta_rule(Value x) {
  const LinearAttention& a = *s.linear;
  const std::int64_t sequences = b.sequences, n = b.tokens / sequences;
  const std::int64_t keys = a.k_heads * a.k_dim, values = a.v_heads * a.v_dim;
  const std::int64_t channels = 2 * keys + values;
  const Value mixed = g.view(linear(x, channels), cube(channels, n, sequences), true);
  const Value z = linear(x, values);
  const Extent gates = cube(a.v_heads, n, sequences), four = cube(1, a.v_heads, n, sequences);
  Value beta = g.in_place({g.view(linear(x, a.v_heads), four, true)});
  Value gate = g.view(linear(x, a.v_heads), gates, true);
  gate = g.in_place({g.in_place({g.in_place({gate})})});
  gate = g.view(gate, four, true);
  const Value conv =
      g.view(read_state((a.conv - 1) * channels), cube(a.conv - 1, channels, sequences), true);
  const Value window = g.value(cube(a.conv - 1 + n, channels, sequences),
                               {conv, g.view(mixed, cube(n, channels, sequences), false)});
  g.expand(g.effect({g.view(window, cube(a.conv - 1, channels, sequences), false)}));
  const Value state =
      g.view(read_state(a.k_dim * values), cube(a.v_dim, a.v_dim, a.v_heads, sequences), true);
  const Value y = g.in_place({g.value(cube(channels, n, sequences), {window})});
  const Extent by_key = cube(a.k_dim, a.k_heads, n, sequences);
  const Extent by_value = cube(a.v_dim, a.v_heads, n, sequences);
  Value q = g.value(by_key, {g.view(y, by_key, false)});
  Value k = g.value(by_key, {g.view(y, by_key, false)});
  const Value v = g.view(y, by_value, false);
  if (s.architecture == "qwen3next" && a.k_heads != a.v_heads) {
    const std::int64_t times = a.v_heads / a.k_heads;
    const Extent split = cube(a.k_dim, 1, a.k_heads, n * sequences);
    const Extent more = cube(a.k_dim, times, a.k_heads, n * sequences);
    const Extent joined = cube(a.k_dim, a.v_heads, n, sequences);
    q = g.view(g.value(more, {g.view(q, split, true)}), joined, true);
    k = g.view(g.value(more, {g.view(k, split, true)}), joined, true);
  }
  const Value mixed_out = g.value(cube(a.v_dim * a.v_heads, n * sequences + a.v_dim * sequences, 1),
                                  {q, k, v, gate, beta, state});
  const Value output = g.view(mixed_out, by_value, true);
  g.expand(g.effect({g.view(mixed_out, cube(a.v_dim * a.v_dim * a.v_heads, sequences, 1), true)}));
  const Value normed = g.in_place({g.in_place({output})});
  const Value gated = g.in_place({normed, g.in_place({g.view(z, by_value, true)})});
  const Value joined = g.view(gated, cube(values, n, sequences), true);
  return g.view(g.value(cube(s.hidden, n, sequences), {joined}), flat(s.hidden), true);
}

Value Parts::state_layer(Value x) {
  g.section("state layer");
  if (s.linear) return delta_rule(x);
  if (s.short_conv > 0) return short_convolution(x);
  if (s.state_space && s.state_space->heads > 0) return mamba2(x);
  return mamba1(x);
}

}  // namespace weighin
