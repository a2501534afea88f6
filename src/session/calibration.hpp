// How did the real engine compare to our predictions on this very device, when it was last asked?
#pragma once

#include <string>
#include <vector>

#include "weighin/bench.hpp"

namespace weighin {

/// The kept ratios of a device, at most kMostCalibrations of the newest; nothing where there are
/// none or they cannot be read.
std::vector<Calibration> kept_calibrations(const std::string& folder,
                                           const std::string& fingerprint);

/// Adds ratios to those kept, in place of earlier ones of the same model, format and phase.
/// ErrorKind::io where the folder does not take them.
Result<Done> keep_calibrations(const std::string& folder, const std::string& fingerprint,
                               const std::vector<Calibration>& added);

/// The document: `weighin/calibration/1`. Foreign bytes: what is out of bounds is left out.
std::string calibrations_json(const std::vector<Calibration>& list);
std::vector<Calibration> read_calibrations(std::string_view json);

inline constexpr std::size_t kMostCalibrations = 32;

}  // namespace weighin
