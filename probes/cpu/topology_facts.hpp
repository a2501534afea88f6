// What does a reader of the topology hand over, be it hwloc's answer or the kernel's own files?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/device.hpp"

namespace weighin {

/// One logical processor.
struct ThreadFact {
  std::int64_t index = 0;  ///< as the kernel counts it
  std::int64_t core =
      -1;  ///< number of its core in TopologyFacts::cores; -1 = the source names none
};

/// What was said of a group of logical processors that are alike.
struct KindHint {
  std::vector<std::int64_t> threads;
  std::string core_type;                 ///< "IntelCore", "IntelAtom", …; empty where nobody said
  std::optional<std::int64_t> capacity;  ///< the kernel's cpu_capacity, 1024 = the fastest
  std::optional<std::int64_t> efficiency;  ///< hwloc's rank: higher is faster; -1 is left out
  std::optional<double> max_hertz;
};

struct TopologyFacts {
  std::string source;         ///< whose answer this is
  std::int64_t packages = 0;  ///< 0 = the source names none
  std::int64_t cores = 0;     ///< 0 = the source names none
  std::vector<ThreadFact> threads;
  std::vector<Cache> caches;  ///< data and unified before instruction, lowest level first
  std::optional<Bytes> last_level_bytes;
  std::vector<NumaNode> nodes;
  std::vector<KindHint> kinds;
};

}  // namespace weighin
