// Which measurements of this very device were kept, and may they still be used?
#pragma once

#include <optional>
#include <string>

#include "weighin/report.hpp"

namespace weighin {

/// What the figures hold for: our version, processor, cores, instruction sets, memory, limits, and
/// how the benchmark was asked for. Any change makes another fingerprint, so that a figure never
/// outlives its device. 16 hex digits.
std::string bench_fingerprint(const DeviceProfile& profile, const BenchOptions& options);

/// The same of the device alone, whatever was asked of the benchmark: calibrations hold for it.
std::string device_fingerprint(const DeviceProfile& profile);

/// The folder of kept measurements: $XDG_CACHE_HOME/weighin, else ~/.cache/weighin; empty where
/// there is no home.
std::string cache_folder();

/// The kept measurements, not older than a week; nothing where there are none, or they cannot be
/// read.
std::optional<Measurements> kept_measurements(const std::string& folder,
                                              const std::string& fingerprint);

/// What was measured within the last five minutes, though it was no lasting capability: for a gate
/// that is asked several times in a row, so that it answers at once and the same.
std::optional<Measurements> brief_measurements(const std::string& folder,
                                               const std::string& fingerprint,
                                               const DeviceProfile& profile);

/// Keeps measurements, whole or not at all. Those of a machine on battery or throttled by heat, or
/// that are unstable, are not the device's capability: they are kept for brief_measurements() alone.
/// A cache that cannot be written is no failure.
void keep_measurements(const std::string& folder, const std::string& fingerprint,
                       const DeviceProfile& profile, const Measurements& measurements);

/// Makes figures unstable that earlier runs here saw at another level, and keeps what this one saw
/// for later ones: see bench/levels.hpp. What was measured on battery or throttled by heat is no
/// level of the device: it is left as it is, and not remembered.
void heed_levels(const std::string& folder, const std::string& fingerprint,
                 Measurements& measurements);

}  // namespace weighin
