// What do the kernel's own files say of cores, caches and nodes, where hwloc says nothing?
#pragma once

#include "probes/cpu/topology_facts.hpp"
#include "weighin/host.hpp"

namespace weighin {

/// Reads /sys/devices/system/cpu and /sys/devices/system/node, at most 4096 processors; fails where
/// they name none.
Result<TopologyFacts> read_sysfs_topology(const Host& host);

/// The same of /proc/cpuinfo alone: processors, and cores and packages where it names them.
Result<TopologyFacts> read_cpuinfo_topology(const Host& host);

/// Groups of like processors that the kernel tells apart: Intel's by the names of their counters
/// (cpu_core, cpu_atom), Arm's by cpu_capacity. Empty where all are alike.
std::vector<KindHint> read_sysfs_kinds(const Host& host, const std::vector<ThreadFact>& threads);

}  // namespace weighin
