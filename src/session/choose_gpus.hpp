// Which of the GPUs that were found did the user choose?
#pragma once

#include <string>
#include <vector>

#include "weighin/core.hpp"
#include "weighin/device.hpp"

namespace weighin {

/// Leaves only the GPUs in the profile that `chosen` names, each by its index in the profile or by
/// its UUID ("GPU-8932f937-…", with or without hyphens; its first 8 digits are enough where they
/// are one GPU's). For each other one the profile says that it was left out (--gpu). An unknown
/// name is ErrorKind::usage, with the list of the GPUs.
Result<Done> choose_gpus(DeviceProfile& profile, const std::vector<std::string>& chosen);

}  // namespace weighin
