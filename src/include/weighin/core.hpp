// What do all storeys share?
#pragma once

#include <functional>
#include <string>

#include "weighin/formats.hpp"
#include "weighin/host.hpp"
#include "weighin/known.hpp"
#include "weighin/result.hpp"
#include "weighin/units.hpp"

namespace weighin {

/// The program's version, "0.1.0".
const char* version();

/// A figure with its spread: `low` and `high` bound what is to be expected, `mid` is the best guess.
struct Range {
  double low = 0.0, mid = 0.0, high = 0.0;
  bool operator==(const Range&) const = default;
};

/// What happens while the user waits; the library itself never prints.
struct Event {
  std::string what;   ///< "bench", "probe"
  std::string text;   ///< "decode q4_0, 2 threads: 31 GB/s"
  double done = 0.0;  ///< 0…1
};
using Events = std::function<void(const Event&)>;

}  // namespace weighin
