// How fast may the processor's clock run, as the kernel tells it?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/host.hpp"
#include "weighin/known.hpp"

namespace weighin {

/// The frequency limits of one logical processor.
struct ClockFact {
  std::int64_t thread = 0;
  std::optional<double> base_hertz, max_hertz;
};

/// From /sys/devices/system/cpu/cpufreq/policy* or cpu*/cpufreq, for those of `threads` that have
/// any; empty where the kernel scales no frequency.
std::vector<ClockFact> read_clocks(const Host& host, const std::vector<std::int64_t>& threads);

/// The governors in force, joined by ", " where they differ.
Known<std::string> read_governor(const Host& host);

}  // namespace weighin
