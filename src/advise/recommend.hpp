// Which size class fits this device, and which model in it?
#pragma once

#include "weighin/advise.hpp"

namespace weighin {

/// Fills `advice.classes` and `advice.recommendation` from `advice.verdicts`. `own_gpu_memory`: the
/// device has a GPU with memory of its own, which was allowed.
void recommend(Advice& advice, bool own_gpu_memory, const std::string& use = {});

}  // namespace weighin
