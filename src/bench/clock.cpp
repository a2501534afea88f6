// Which clock do measurements read?
#include "bench/clock.hpp"

#include <time.h>

namespace weighin {

double clock_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace weighin
