// What does one share of a token's time come to, by an engine's rate?
#pragma once

#include <string>
#include <utility>

#include "advise/rates.hpp"
#include "advise/speed.hpp"

namespace weighin {

/// Prompts are computed so many tokens at a time (n_ubatch of llama.cpp).
inline constexpr std::int64_t kBatchTokens = 512;

/// So much work at an engine's rate.
inline SpeedTerm term_of(std::string what, double amount, const EngineRate& rate) {
  SpeedTerm term;
  term.what = std::move(what);
  term.raw_seconds = amount / rate.ours;
  if (rate.memory > 0.0) term.memory_seconds = amount / rate.memory;
  term.seconds = {amount / rate.rate.high, amount / rate.rate.mid, amount / rate.rate.low};
  term.direct = rate.direct;
  term.unstable = rate.unstable;
  return term;
}

}  // namespace weighin
