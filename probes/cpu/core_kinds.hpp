// Which cores of this processor are fast, which are small?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/device.hpp"

namespace weighin {

/// What is known of one physical core.
struct CoreSignal {
  std::int64_t threads = 1;
  std::string type;                  ///< "IntelCore", "IntelAtom", "Cortex-A55", …; or empty
  std::optional<bool> small;         ///< the type is one that is built to be small
  std::optional<std::int64_t> rank;  ///< cpu_capacity or hwloc's rank: higher is faster
  std::optional<double> max_hertz;
};

/// The kinds of cores, the fastest first; a single row "uniform" where all are alike. Cores of one
/// type are one kind, however their clocks differ (makers bin the best cores a little higher);
/// where no type is known, kinds are told by the kernel's capacity, and last by clocks that differ
/// by more than a fifth.
std::vector<CoreKind> core_kinds(const std::vector<CoreSignal>& cores, const std::string& source);

}  // namespace weighin
