// How large is the scratch buffer that llama.cpp reserves for its graph?
//
// The graph's allocator reuses memory, so the buffer is the largest set of tensors that live at the
// same time: the logits, one feed-forward layer, or (without flash attention) the attention scores.
// The terms were found by reading src/llama-graph.cpp and held against 2418 loads of the engine.
#include <fmt/format.h>

#include <algorithm>

#include "estimate/footprint.hpp"

namespace weighin {
namespace {

struct Term {
  double values_per_token;  // F32 values for each token of a ubatch
  std::string how;
};

Term feed_forward(const Shape& s, double context) {
  const double width = static_cast<double>(s.hidden);
  const double mask = context / 2;  // an F16 mask, counted in F32 values
  if (s.experts) {
    const double used = static_cast<double>(s.experts->used);
    const double ffn = static_cast<double>(s.experts->ffn);
    const double routed = 2 * used * (width + ffn) + 1.5 * width + mask;
    const double dense = s.ffn > 0 && s.experts->leading_dense > 0
                             ? 3 * static_cast<double>(s.ffn) + 4 * width + mask
                             : 0;
    if (dense > routed) return {dense, fmt::format("3 x {} + 4 x {} + mask", s.ffn, s.hidden)};
    return {routed, fmt::format("2 x {} experts x ({} + {}) + mask", s.experts->used, s.hidden,
                                s.experts->ffn)};
  }
  return {3 * static_cast<double>(s.ffn) + 4 * width + mask,
          fmt::format("3 x {} + 4 x {} + mask", s.ffn, s.hidden)};
}

}  // namespace

std::optional<ComputeBuffer> compute_buffer(const Shape& s, const Plan& plan) {
  const double width = static_cast<double>(s.hidden);
  const double ubatch = static_cast<double>(std::min(plan.ubatch, plan.context));
  const double context = static_cast<double>((plan.context + 255) / 256 * 256);
  const double outputs =
      plan.outputs < 0
          ? ubatch
          : std::min(ubatch, static_cast<double>(plan.outputs == 0 ? plan.parallel : plan.outputs));
  const bool encoder = s.kind == "bert" || s.kind == "nomic" || s.kind == "modernbert";
  std::vector<Term> terms;
  if (!encoder) {
    terms.push_back({static_cast<double>(s.vocab) * outputs / ubatch + 2 * width,
                     fmt::format("logits of {} tokens x {}", outputs, s.vocab)});
  }
  terms.push_back(feed_forward(s, context));
  if (plan.flash_attn == "off" && s.heads > 0) {
    terms.push_back({(static_cast<double>(s.heads) + 1) * context + 6 * width,
                     fmt::format("scores of {} heads x {} cells", s.heads, context)});
  }
  if (s.state_space) {
    const StateSpace& m = *s.state_space;
    terms.push_back({6 * static_cast<double>(m.inner) + 2 * width,
                     fmt::format("state-space layer of {}", m.inner)});
  }
  if (s.short_conv > 0)
    terms.push_back({8 * width, fmt::format("short convolution of {}", s.hidden)});
  const auto largest = std::max_element(
      terms.begin(), terms.end(),
      [](const Term& a, const Term& b) { return a.values_per_token < b.values_per_token; });
  const double bytes = 4 * ubatch * largest->values_per_token;
  if (!(bytes >= 0) || bytes > 4e18) return std::nullopt;
  return ComputeBuffer{static_cast<Bytes>(bytes),
                       fmt::format("4 bytes x {} tokens x ({})", ubatch, largest->how)};
}

}  // namespace weighin
