// Does a whole block take as long as its parts together?
#pragma once

#include <optional>

#include "weighin/bench.hpp"

namespace weighin {

/// The measured time of `block dense` as a multiple of what its parts' figures add up to: its
/// weights at the decode rate, attention, and a barrier after each of its operations. Above 1:
/// time goes by between the operations that no part's figure has. Nothing where a figure is missing
/// or unstable.
std::optional<double> block_ratio(const Measurements& measurements);

/// What the ratio here means for a prediction whose profile was made where it was `usual`.
struct BlockCorrection {
  double factor = 1.0;              ///< of the seconds of a token
  double below = 0.0, above = 0.0;  ///< the seconds may be off by these shares, either way
};
BlockCorrection block_correction(std::optional<double> here, double usual);

}  // namespace weighin
