// Which layers of a GGUF model see only a window of the context, or share another's cache?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/gguf_shape.hpp"

namespace weighin::gguf {
namespace {

// llama4's window, which stands in no key (src/models/llama4.cpp of llama.cpp).
constexpr std::int64_t kLlama4Window = 8192;
// Gemma 3n keeps keys and values of its first layers alone (src/models/gemma3n.cpp).
constexpr std::int64_t kGemma3nOwnCache = 20;

// Every how many layers one sees the whole context, by a list of which layers do not; 0 where the
// list does not repeat itself.
std::int64_t period_of(const std::vector<std::int64_t>& windowed) {
  const auto full = std::find(windowed.begin(), windowed.end(), 0);
  if (full == windowed.end() || full == windowed.begin()) return 0;
  const std::size_t period = static_cast<std::size_t>(full - windowed.begin()) + 1;
  for (std::size_t i = 0; i < windowed.size(); ++i) {
    if ((windowed[i] != 0) != (i % period != period - 1)) return 0;
  }
  return static_cast<std::int64_t>(period);
}

std::int64_t count_windowed(std::int64_t layers, std::int64_t period) {
  return layers - layers / period;
}

}  // namespace

void read_windows(Keys& keys, const Family* family, Shape& s, std::vector<std::string>& notes) {
  s.kv_shared_layers = std::min(
      keys.number("attention.shared_kv_layers", kMostLayers,
                  s.kind == "gemma3n" ? std::max<std::int64_t>(s.layers - kGemma3nOwnCache, 0) : 0),
      s.layers);
  if (s.kv_shared_layers > 0) s.kv_layers = s.layers - s.kv_shared_layers;

  std::int64_t window =
      keys.number("attention.sliding_window", kMostContext, s.kind == "llama4" ? kLlama4Window : 0);
  // A window as wide as the context is none.
  if (window == 0 || (s.context_max > 0 && window >= s.context_max)) return;
  if (s.architecture == "phi3") {
    s.sliding_window = window;
    s.swa_pattern = "all layers";
    s.kv_swa_layers = s.layers;
    return;
  }
  if (s.kind == "modernbert") {
    s.sliding_window = window;
    s.swa_pattern = "global every 3rd layer";
    return;
  }
  const auto listed = keys.numbers("attention.sliding_window_pattern", kMostLayers);
  std::int64_t period = family != nullptr ? family->full_every : 0;
  if (listed.size() > 1) {
    period = period_of(listed);
    if (period == 0 && std::find(listed.begin(), listed.end(), 1) != listed.end()) {
      notes.push_back(
          "which layers see only a window does not repeat itself: all are taken to "
          "see the whole context");
    }
  } else if (listed.size() == 1 && listed.front() > 1) {
    period = listed.front();
  }
  if (period < 2) {
    if (family == nullptr) {
      notes.push_back(
          fmt::format("a window of {} tokens, and not which layers have it: all are "
                      "taken to see the whole context",
                      window));
    }
    return;
  }
  s.sliding_window = window;
  s.swa_pattern = s.kind == "llama4" ? fmt::format("{} chunked : 1 global (NoPE)", period - 1)
                                     : fmt::format("{} local : 1 global", period - 1);
  s.kv_swa_layers = count_windowed(s.kv_layers >= 0 ? s.kv_layers : s.layers, period);
}

}  // namespace weighin::gguf
