// What is an output?  One file in this folder, with one row at its end.
#pragma once

#include <span>

#include "weighin/report.hpp"

namespace weighin {

/// All outputs, by name (generated from the folder; a row is `extern const Output
/// NAME_output{…};`).
std::span<const Output* const> output_table();

}  // namespace weighin
