// On which CPUs shall the threads run?
#pragma once

#include <cstdint>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// One logical CPU that this process may use.
struct CpuPlace {
  int cpu = 0;
  int core = 0;  ///< the least CPU number of its physical core
  double strength =
      0.0;  ///< cpu_capacity or maximal frequency, to tell kinds of cores apart; 0 = not said
};

/// The CPUs of the affinity mask of this thread; empty where the system does not say.
std::vector<int> allowed_cpus();

/// What sysfs says about each of `cpus` (a CPU without an answer is a core of its own).
std::vector<CpuPlace> describe_cpus(const Host& host, const std::vector<int>& cpus);

/// `threads` CPUs in the order in which they are to be used: one of each physical core first,
/// strong cores before weak ones, then the second hardware threads. Fewer where there are no more.
std::vector<int> place_threads(std::vector<CpuPlace> places, std::int64_t threads);

/// The first number of a list such as "0-1" or "3,7"; nothing where there is none.
std::optional<int> first_of_cpu_list(std::string_view text);

}  // namespace weighin
