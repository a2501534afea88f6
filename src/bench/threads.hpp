// How many threads should an engine be given?
#pragma once

#include "weighin/bench.hpp"

namespace weighin {

/// From the figures of whole blocks, else of decode, else of reading memory; `cores` = the physical
/// cores (performance cores where there are kinds) within affinity and quota.
ThreadAdvice advise_threads(const std::vector<Measurement>& list, std::int64_t cores);

}  // namespace weighin
