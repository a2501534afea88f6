// What do the parts of a decision share?
#pragma once

#include <optional>
#include <string>

#include "advise/judge.hpp"
#include "weighin/gate.hpp"
#include "weighin/model_file.hpp"

namespace weighin {

/// What a choice leaves open is taken from `base`; demands are the conditions' business.
AdviseOptions options_of(const Choice& choice, const AdviseOptions& base);

/// The decision without a nearest change.
PolicyAnswer decide_once(const Policy& policy, const PolicyModels& models,
                         const DeviceProfile& profile, const Measurements& measurements,
                         const DecideOptions& options);

/// One sentence for a person who knows nothing of models.
std::string sentence_of(const Policy& policy, const PolicyAnswer& answer);

/// The smallest change that gives another decision: of the plan, of what is free, of the device.
std::optional<Flip> nearest_change(const Policy& policy, const PolicyModels& models,
                                   const DeviceProfile& profile, const Measurements& measurements,
                                   const DecideOptions& options, const PolicyAnswer& answer);

}  // namespace weighin
