// What does a topology say that hwloc has written as XML?
#pragma once

#include <string_view>

#include "probes/cpu/topology_facts.hpp"
#include "weighin/result.hpp"

namespace weighin {

/// Reads hwloc's XML of versions 2 and 3 (https://www.open-mpi.org/projects/hwloc/doc/, "Importing
/// and exporting topologies from/to XML files"). The text is foreign: at most 64 MiB, 512 levels
/// and 65536 logical processors. Memory behind GPUs is left out, as hwloc does by default.
Result<TopologyFacts> read_hwloc_xml(std::string_view xml);

}  // namespace weighin
