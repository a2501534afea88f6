// Can any bytes in /proc/stat or in a list of CPUs upset the benchmarks?
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bench/conditions.hpp"
#include "bench/placement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ticks = weighin::parse_cpu_ticks(text)) {
    if (!std::isfinite(ticks->busy) || ticks->busy < 0.0 || ticks->stolen < 0.0) std::abort();
  }
  if (const auto cpu = weighin::first_of_cpu_list(text)) {
    if (*cpu < 0 || *cpu >= 8192) std::abort();
  }
  return 0;
}
