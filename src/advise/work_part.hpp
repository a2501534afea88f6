// What of a token's work does one place do?
#pragma once

#include "weighin/estimate.hpp"

namespace weighin {

/// The work of one place: its layers' share of everything, and the output matrix where it has that.
TokenWork part_of(const TokenWork& work, const WorkShare& share);

/// What `full` and `sliding` of each cell add up to where so many cells are filled: a sliding layer
/// sees no more of them than its window.
double over_cells(const TokenWork& work, double cells, std::int64_t full, std::int64_t sliding);

/// Bytes that are stored for each byte that a token reads: more than one where it chooses experts.
double stored_share(const TokenWork& work, const FormatWork& format);

}  // namespace weighin
