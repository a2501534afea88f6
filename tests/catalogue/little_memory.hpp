// How is a process kept from taking more memory than a little?
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace weighin::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// The sanitizer's shadow takes terabytes of addresses.
inline constexpr bool kCanLimitMemory = false;
#else
inline constexpr bool kCanLimitMemory = true;
#endif

/// From now on this process may take so much more, and no allocation beyond it succeeds.
inline void limit_memory(rlim_t more_bytes) {
  if (!kCanLimitMemory) return;
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  if (!(statm >> pages)) return;
  const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + more_bytes;
  const rlimit limit{most, most};
  setrlimit(RLIMIT_AS, &limit);
}

}  // namespace weighin::test
