// How fast would a model run, by what was measured here?
#pragma once

#include <string>
#include <vector>

#include "weighin/advise.hpp"

namespace weighin {

/// One share of the time that a token takes.
struct SpeedTerm {
  std::string what;             ///< "decode Q4_K", "attention", "values"
  double raw_seconds = 0.0;     ///< at our own kernels' rate
  Range seconds;                ///< at the engine's; low = the shortest, high = the longest
  double memory_seconds = 0.0;  ///< of decode: what memory alone takes; 0 = not known
  bool direct = false;          ///< our kernel and the engine's share of it were both measured
  bool unstable = false;
};

/// What one token's time is made of, or why it cannot be told. `prefill`: per token of a prompt.
Known<std::vector<SpeedTerm>> speed_terms(const TokenWork& work, const SpeedQuestion& question,
                                          const Measurements& measurements, bool prefill,
                                          std::int64_t depth);

}  // namespace weighin
