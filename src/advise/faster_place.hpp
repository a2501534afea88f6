// Which of two places runs a model faster, by what was measured?
#pragma once

#include <optional>
#include <string>

#include "advise/place.hpp"

namespace weighin {

/// The question of how fast a model runs at a placement.
SpeedQuestion speed_question(const DeviceProfile& profile, const AdviseOptions& options,
                             const Placement& placement);

/// What decides between places. Decode: tokens a second, and where it is much the same (a prediction
/// lies in the other's range) or the model writes none, prefill.
struct PlaceSpeed {
  std::optional<Range> decode, prefill;  ///< nothing where it cannot be told
};
PlaceSpeed place_speed(const DeviceProfile& profile, const ModelSpec& model,
                       const AdviseOptions& options, const Placement& placement,
                       const Measurements& measurements);

/// Positive where the first is faster, negative where the second is; 0 where they are alike.
/// Nothing where one of them was not measured.
std::optional<int> compare_speeds(const PlaceSpeed& first, const PlaceSpeed& second);

/// "on gpu0 rather than the CPU: by what was measured it writes 14 tokens/s there, 9.8 on the CPU"; of
/// places that were not both measured, that it is a rule.
std::string choice_words(const Placement& chosen, const PlaceSpeed& chosen_speed,
                         const Placement& other, const PlaceSpeed& other_speed);

}  // namespace weighin
