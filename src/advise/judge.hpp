// What is the verdict on one model, without looking at others?
#pragma once

#include <vector>

#include "weighin/advise.hpp"

namespace weighin {

/// The verdict of one model under `options.plan`, without remedies.
Verdict judge_alone(const DeviceProfile& profile, const ModelSpec& model,
                    const AdviseOptions& options, const Measurements& measurements);

/// Changes that would make it fit, the smallest sacrifice first, each with its own verdict.
/// `models` are those among which a smaller sibling is looked for.
std::vector<Remedy> remedies(const DeviceProfile& profile, const ModelSpec& model,
                             const std::vector<ModelSpec>& models, const AdviseOptions& options,
                             const Measurements& measurements, const Verdict& verdict);

/// True for fits and tight.
bool is_yes(Fit fit);

}  // namespace weighin
