// Which instruction set shall be timed?
#pragma once

#include <string>

#include "weighin/bench.hpp"

namespace weighin {

/// The best that the device can run, or `forced` where it can run that.
Result<std::string> choose_isa(const DeviceProfile& profile, const std::string& forced);

}  // namespace weighin
