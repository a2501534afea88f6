// How is a feed-forward layer of the graph built, dense or a mixture of experts?
#include <algorithm>
#include <vector>

#include "estimate/graph/parts.hpp"
#include "estimate/tensors.hpp"

namespace weighin {

Value Parts::dense(Value x, std::int64_t ffn, GraphStyle::Activation activation, bool biased) {
  g.section("feed-forward");
  const std::int64_t width = g.extent(x).size[0];
  Value y = kOutside;
  switch (activation) {
    case GraphStyle::Activation::gated: {
      const Value up = bias(linear(x, ffn), biased);
      const Value gate = bias(linear(x, ffn), biased);
      y = g.value(g.extent(gate), {gate, up});
      break;
    }
    case GraphStyle::Activation::fused_gate: {
      const Value both = bias(linear(x, 2 * ffn), biased);
      Extent half = g.extent(both);
      half.size[0] = ffn;
      y = g.value(half, {both});
      break;
    }
    case GraphStyle::Activation::plain:
      y = g.in_place({bias(linear(x, ffn), biased)});
      break;
    case GraphStyle::Activation::squared:
      y = g.in_place({g.in_place({bias(linear(x, ffn), biased)})});
      break;
  }
  if (s.sub_norms) y = norm(y);
  return bias(linear(y, width), biased);
}

Value Parts::experts(Value x, Value logits) {
  g.section("experts");
  const Experts& e = *s.experts;
  const std::int64_t n = g.extent(x).size[1], width = e.latent > 0 ? e.latent : s.hidden;
  const bool plain_weights = style.router == GraphStyle::Router::softmax_of_chosen;
  if (logits == kOutside) logits = bias(linear(x, e.count), e.router_bias);
  Value probabilities = plain_weights ? logits : g.in_place({logits});
  Value choice = probabilities;
  if (e.correction_bias || s.kind == "lfm2") choice = g.in_place({choice});
  if (style.weight_before_experts) choice = logits;
  if (style.expert_groups) {
    // DeepSeek-V3 looks at groups of experts first (8 groups, 4 of them used), by their two best.
    constexpr std::int64_t kGroups = 8, kUsedGroups = 4;
    const std::int64_t each = std::max<std::int64_t>(e.count / kGroups, 1);
    const Extent grouped{{each, kGroups, n, 1}, {1, 0}};
    const Value groups = g.view(choice, grouped, true);
    const Value sorted = g.value(grouped, {groups});
    const Value best = g.view(sorted, {{2, kGroups, n, 1}, {1, 0}}, false);
    Value score = g.value({{1, 2, kGroups, n}, {1, 0}},
                          {g.view(groups, {{1, each, kGroups, n}, {1, 0}}, true), best});
    score =
        g.value({{1, kGroups, n, 1}, {1, 0}}, {g.view(score, {{2, kGroups, n, 1}, {1, 0}}, true)});
    score = g.view(score, {{kGroups, n, 1, 1}, {1, 0}}, true);
    const Value chosen_groups = g.view(g.value({{kGroups, n, 1, 1}, {1, 0}}, {score}),
                                       {{kUsedGroups, n, 1, 1}, {1, 0}}, false);
    const Value kept = g.value({{each, kUsedGroups, n, 1}, {1, 0}}, {groups, chosen_groups});
    const Value emptied = g.in_place({groups});
    // Written into the emptied table: a view of it.
    const Value masked = g.view(emptied, grouped, true, {kept, chosen_groups});
    choice = g.view(masked, {{e.count, n, 1, 1}, {1, 0}}, true);
  }
  const Value sorted = g.value({{e.count, n, 1, 1}, {1, 0}}, {choice});
  const Value chosen = g.view(sorted, {{e.used, n, 1, 1}, {1, 0}}, false);
  probabilities = g.view(probabilities, {{1, e.count, n, 1}, {1, 0}}, true);
  const Extent three{{1, e.used, n, 1}, {1, 0}}, two{{e.used, n, 1, 1}, {1, 0}};
  Value weights = g.value(three, {probabilities, chosen});
  if (plain_weights) weights = g.view(g.in_place({g.view(weights, two, true)}), three, true);
  if (style.normed_weights) {
    weights = g.view(weights, two, true);
    const Value sum = g.in_place({g.value({{1, n, 1, 1}, {1, 0}}, {weights})});
    weights = g.view(g.in_place({weights, sum}), three, true);
  }
  if (style.scaled_weights) weights = g.in_place({weights});
  g.expand(weights);

  if (e.latent > 0) x = linear(x, e.latent);
  Value y = g.view(x, {{width, 1, n, 1}, {1, 0}}, true);
  if (style.weight_before_experts) {
    const Value repeated = g.value({{width, e.used, n, 1}, {1, 0}}, {y});
    y = g.in_place({repeated, weights});
  }
  const Extent inner{{e.ffn, e.used, n, 1}, {1, 0}};
  Value up = g.value(inner, {y, chosen});
  if (e.expert_bias) up = g.in_place({up, chosen});
  if (s.gated_ffn) {
    Value gate = g.value(inner, {y, chosen});
    if (e.expert_bias) gate = g.in_place({gate, chosen});
    y = g.value(inner, {gate, up});
  } else {
    y = g.in_place({up});
  }
  Value all = g.value({{width, e.used, n, 1}, {1, 0}}, {y, chosen});
  if (e.expert_bias) all = g.in_place({all, chosen});
  if (!style.weight_before_experts) all = g.in_place({all, weights});
  g.expand(all);
  std::vector<Value> each;
  for (std::int64_t i = 0; i < e.used; ++i) {
    each.push_back(g.view(all, {{width, n, 1, 1}, {1, 0}}, false));
    g.expand(each.back());
  }
  Value sum = each.front();
  for (std::size_t i = 1; i < each.size(); ++i) {
    sum = g.in_place({sum, each[i]});
    g.expand(sum);
  }
  if (e.used == 1) sum = g.value({{width, n, 1, 1}, {1, 0}}, {sum});
  return e.latent > 0 ? linear(sum, s.hidden) : sum;
}

Value Parts::feed_forward(Value x, std::int64_t layer) {
  if (!is_expert_layer(s, layer)) return dense(x, s.ffn, style.activation, s.ffn_bias);
  const Value routed = experts(x, kOutside);
  const Experts& e = *s.experts;
  if (e.shared_ffn <= 0) return routed;
  const auto activation = s.gated_ffn ? GraphStyle::Activation::gated : style.activation;
  Value shared = kOutside;
  if (e.shared_gate || s.linear) {
    const Value gate_in = linear(x, 1);
    const Value gate =
        s.linear ? g.in_place({gate_in}) : g.in_place({g.in_place({gate_in}), gate_in});
    shared = dense(x, e.shared_ffn, activation, false);
    shared = g.in_place({shared, gate});
  } else {
    shared = dense(x, e.shared_ffn, activation, false);
  }
  return g.in_place({routed, shared});
}

}  // namespace weighin
