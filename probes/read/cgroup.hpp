// In which control groups does this process stand, and what do they allow?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/read/mounts.hpp"
#include "weighin/device.hpp"

namespace weighin {

/// One line of /proc/self/cgroup.
struct CgroupLine {
  std::vector<std::string> controllers;  ///< empty for the unified hierarchy (v2)
  std::string path;
};
/// Lines that are none are left out.
std::vector<CgroupLine> read_cgroup_lines(std::string_view text);

/// One group on the way from ours up to the root of what can be seen, ours first.
struct CgroupLevel {
  std::string folder;  ///< where its files lie
  std::string path;    ///< its path in the hierarchy
};

/// One hierarchy that this process stands in.
struct CgroupChain {
  int version = 0;         ///< 1 or 2
  bool no_prefix = false;  ///< files are called "cpus" and not "cpuset.cpus" (old cpuset mounts)
  bool exact = true;       ///< false: our own group cannot be seen, only the mount's root
  std::vector<CgroupLevel> levels;
};

/// What the process stands in.
struct Cgroups {
  Known<std::string> version;  ///< "v1", "v2", "hybrid", "none"
  std::vector<Mount> mounts;
  std::vector<CgroupLine> lines;
  std::string
      cpuset_path;  ///< /proc/self/cpuset, from before /proc/self/cgroup; empty where unknown
};
Cgroups cgroups_of(const Host& host);

/// The chain of the hierarchy that holds `controller`: v1 where it is mounted there, v2 otherwise.
std::optional<CgroupChain> chain_of(const Host& host, const Cgroups& cgroups,
                                    std::string_view controller);

/// Every memory limit up the path, ours first. Levels without a limit are left out; so are those
/// whose limit makes no sense, which `trouble` then names.
std::vector<MemoryLimit> cgroup_memory_limits(const Host& host, const CgroupChain& chain,
                                              std::string& trouble);

/// A quota of processor time in cores: "max 100000", "150000 100000". Nothing: no quota; an error:
/// no sense.
Result<std::optional<double>> read_cpu_max(std::string_view text);
/// The same of cpu.cfs_quota_us and cpu.cfs_period_us.
Result<std::optional<double>> read_cfs_quota(std::string_view quota, std::string_view period);
/// The least quota up the path.
Known<double> cgroup_cpu_quota(const Host& host, const CgroupChain& chain);

/// The CPUs (or memory nodes) that the cpuset leaves us: of the nearest group that says so.
/// `what` is "cpus" or "mems".
Known<std::vector<std::int64_t>> cgroup_cpuset(const Host& host, const CgroupChain& chain,
                                               std::string_view what);

/// A memory limit as the kernel writes it. Nothing for "no limit": "max", -1, or a number that no
/// machine reaches. An error for anything else.
Result<std::optional<Bytes>> read_memory_limit(std::string_view text);

}  // namespace weighin
