// How is one verdict shown in full?
#pragma once

#include <string>

#include "report/screen.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// The single-model view: what it takes, where, how fast, why not, and what would help.
std::string verdict_text(const Verdict& verdict, const DeviceProfile& profile,
                         const Screen& screen);
/// The parts of an estimate with their formulas, adding up to their sum.
std::string parts_text(const std::vector<Part>& parts, const Screen& screen);

}  // namespace weighin
