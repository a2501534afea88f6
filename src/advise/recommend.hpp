// Which size class fits this device, and which model in it?
#pragma once

#include "weighin/advise.hpp"

namespace weighin {

/// Fills `advice.classes` and `advice.recommendation` from `advice.verdicts`.
void recommend(Advice& advice);

}  // namespace weighin
