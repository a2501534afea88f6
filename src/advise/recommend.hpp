// Which size class fits this device, and which model in it?
#pragma once

#include "weighin/advise.hpp"

namespace weighin {

/// Fills `advice.classes` and `advice.recommendation` from `advice.verdicts`. `own_gpu_memory`: the
/// device has a GPU with memory of its own, which was allowed. `cores`: that may be used, 0 where
/// it is not known; they bound what is promised where no speed was measured.
void recommend(Advice& advice, bool own_gpu_memory, const std::string& use = {},
               std::int64_t cores = 0);

}  // namespace weighin
