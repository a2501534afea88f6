// What else is going on that changes speed?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bench.hpp"

namespace weighin {

/// Time that all CPUs together have spent, in clock ticks of /proc/stat.
struct CpuTicks {
  double busy = 0.0;    ///< user, nice, system, irq, softirq
  double stolen = 0.0;  ///< the hypervisor ran somebody else
};
/// Reads the line "cpu …" of /proc/stat (proc_stat(5)); nothing where it is none.
std::optional<CpuTicks> parse_cpu_ticks(std::string_view text);

/// A look at the clocks of the machine and of this process.
struct Conditions {
  double seconds = 0.0;
  std::optional<CpuTicks> ticks;
  double own_cpu_seconds = 0.0;
  std::optional<double> throttled;  ///< thermal throttling events of all CPUs
};
Conditions look_at_conditions(const Host& host);

/// What others used between two looks.
struct Contention {
  double other_cores = 0.0;   ///< processor cores' worth of time of other programs
  double stolen_cores = 0.0;  ///< of other guests of the same host
  bool flagged = false;       ///< more than is said to be quiet
};
Contention contention_between(const Conditions& before, const Conditions& after);

/// What is to be said beside the figures: battery, governor, other work, steal, throttling.
std::vector<std::string> warnings_between(const DeviceProfile& profile, const Conditions& before,
                                          const Conditions& after);

}  // namespace weighin
