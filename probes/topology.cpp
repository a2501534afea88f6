// How many sockets, cores, threads, caches and memory nodes are there, and which cores are fast?
//
// Counts of the machine as it is, those that a cpuset keeps from us included: what is ours stands
// in the limits. Never asked here: how much RAM there is. The sum of the nodes is not it (a
// balloon, a GPU's memory).
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "probes/cpu/arm_cores.hpp"
#include "probes/cpu/core_kinds.hpp"
#include "probes/cpu/cpuinfo.hpp"
#include "probes/cpu/frequency.hpp"
#include "probes/cpu/hwloc_ask.hpp"
#include "probes/cpu/hwloc_xml.hpp"
#include "probes/cpu/sysfs_topology.hpp"
#include "probes/probe.hpp"
#include "probes/read/kernel_text.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

struct Found {
  std::optional<TopologyFacts> facts;
  std::string why;  // what stood in the way of better sources
};

void note(Found& found, const Error& error) {
  if (!found.why.empty()) found.why += "; ";
  found.why += error.what;
}

// hwloc first; the kernel's files where it has no answer, or knows no cores.
Found find_facts(const Host& host) {
  Found found;
  const Result<std::string> xml = ask_hwloc(host);
  Result<TopologyFacts> facts = xml ? read_hwloc_xml(*xml) : Result<TopologyFacts>(xml.error());
  if (facts) {
    found.facts = std::move(*facts);
    if (found.facts->cores > 0) return found;
    found.why = "hwloc names no cores";
  } else {
    note(found, facts.error());
  }
  Result<TopologyFacts> files = read_sysfs_topology(host);
  if (!files) {
    note(found, files.error());
  } else if (!found.facts || files->cores > 0) {
    found.facts = std::move(*files);
    if (found.facts->cores > 0) return found;
  }
  files = read_cpuinfo_topology(host);
  if (!files) {
    note(found, files.error());
  } else if (!found.facts || files->cores > 0) {
    // Caches and nodes come from the better source, threads and cores from this one.
    if (found.facts) {
      files->caches = std::move(found.facts->caches);
      files->last_level_bytes = found.facts->last_level_bytes;
      files->nodes = std::move(found.facts->nodes);
    }
    found.facts = std::move(*files);
  }
  return found;
}

// The types of cores, by thread: from hwloc, the kernel's names, or the numbers of Arm's designs.
struct ThreadSignal {
  std::string type;
  std::optional<bool> small;
  std::optional<std::int64_t> rank;
  std::optional<double> max_hertz;
};

void take_hints(const std::vector<KindHint>& kinds, std::map<std::int64_t, ThreadSignal>& signals) {
  for (const KindHint& kind : kinds) {
    for (const std::int64_t thread : kind.threads) {
      const auto at = signals.find(thread);
      if (at == signals.end()) continue;
      ThreadSignal& signal = at->second;
      if (!kind.core_type.empty()) {
        signal.type = kind.core_type;
        // "IntelLowPower": the Atom cores outside the ring of the others.
        signal.small = kind.core_type == "IntelAtom" || kind.core_type == "IntelLowPower";
      }
      if (kind.capacity) signal.rank = kind.capacity;
      if (!signal.rank && kind.efficiency) signal.rank = kind.efficiency;
      if (kind.max_hertz) signal.max_hertz = kind.max_hertz;
    }
  }
}

std::map<std::int64_t, ThreadSignal> signals_of(const Host& host, const TopologyFacts& facts) {
  std::map<std::int64_t, ThreadSignal> signals;
  std::vector<std::int64_t> threads;
  for (const ThreadFact& thread : facts.threads) {
    signals[thread.index] = {};
    threads.push_back(thread.index);
  }
  take_hints(facts.kinds, signals);
  take_hints(read_sysfs_kinds(host, facts.threads), signals);
  for (const ClockFact& clock : read_clocks(host, threads)) {
    const auto at = signals.find(clock.thread);
    if (at != signals.end() && clock.max_hertz) at->second.max_hertz = clock.max_hertz;
  }
  // /proc/cpuinfo is slow to read on large x86 machines, and has no types of cores there.
  if (host.cpuid(0, 0)) return signals;
  const auto text = read_cpuinfo(host);
  for (const ArmProcessor& core : text ? arm_cores(*text) : std::vector<ArmProcessor>{}) {
    const auto at = signals.find(core.processor);
    if (at == signals.end()) continue;
    at->second.type = arm_core_name(core);
    const ArmDesign* design = arm_design(core.implementer, core.part);
    if (design != nullptr) at->second.small = design->small;
  }
  return signals;
}

std::vector<CoreKind> find_kinds(const Host& host, const TopologyFacts& facts) {
  const auto signals = signals_of(host, facts);
  std::map<std::int64_t, CoreSignal> cores;
  std::int64_t nameless = -1;  // threads of no core are cores of their own
  for (const ThreadFact& thread : facts.threads) {
    const bool first = thread.core < 0 || !cores.contains(thread.core);
    CoreSignal& core = cores[thread.core < 0 ? nameless-- : thread.core];
    if (!first) {
      ++core.threads;
      continue;
    }
    const ThreadSignal& signal = signals.at(thread.index);
    core = {1, signal.type, signal.small, signal.rank, signal.max_hertz};
  }
  std::vector<CoreSignal> list;
  for (auto& [number, core] : cores) list.push_back(std::move(core));
  return core_kinds(list, "/sys/devices/system/cpu/cpu*/cpufreq");
}

// The processors of a node: "0-3,8" in cpulist, or on old kernels "00000000,0000000f" in cpumap.
std::optional<std::int64_t> node_cpus(const Host& host, std::int64_t index) {
  const std::string folder = fmt::format("/sys/devices/system/node/node{}/", index);
  if (const auto line = read_line(host, folder + "cpulist")) {
    const auto cpus = kernel_text::number_list(*line);
    if (cpus) return static_cast<std::int64_t>(cpus->size());
  }
  const auto map = read_line(host, folder + "cpumap");
  if (!map || map->find_first_not_of("0123456789abcdef,") != std::string::npos) return std::nullopt;
  std::int64_t count = 0;
  for (const char digit : *map) {
    if (digit == ',') continue;
    count += std::popcount(static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10));
  }
  return count;
}

// A node's processors by the kernel's own word: hwloc gives memory-only nodes those around them.
void correct_nodes(const Host& host, std::vector<NumaNode>& nodes) {
  for (NumaNode& node : nodes) {
    if (const auto cpus = node_cpus(host, node.index)) node.cpus = *cpus;
  }
  // Where memory has nodes of its own, the nodes without any are the processors' side of the same
  // (ACPI's initiators), or accelerators: places without memory. Without memory-only nodes they are
  // sockets whose slots are empty, and stay.
  const bool apart = std::any_of(nodes.begin(), nodes.end(),
                                 [](const NumaNode& node) { return node.bytes && node.cpus == 0; });
  std::erase_if(nodes, [&](const NumaNode& node) {
    return !node.bytes && (apart || node.cpus == 0) && nodes.size() > 1;
  });
}

void say_unknown(Cpu& cpu, const std::string& why) {
  const auto unknown = Known<std::int64_t>::unknown(Status::error, why, "hwloc, /sys, /proc");
  cpu.sockets = cpu.physical_cores = cpu.logical_cores = unknown;
  cpu.last_level_cache_bytes = Known<Bytes>::unknown(Status::error, why, "hwloc, /sys");
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  Cpu& cpu = profile.cpu;
  Found found = find_facts(host);
  if (!found.facts) return say_unknown(cpu, found.why);
  TopologyFacts& facts = *found.facts;
  using Count = Known<std::int64_t>;
  const auto threads = static_cast<std::int64_t>(facts.threads.size());
  cpu.logical_cores = Count::of(threads, facts.source);
  cpu.logical_cores.why = found.why;
  if (facts.cores > 0) {
    cpu.physical_cores = Count::of(facts.cores, facts.source);
  } else {
    cpu.physical_cores = Count::of(threads, facts.source, KnownBy::assumed, Confidence::low);
    cpu.physical_cores.why = "nothing tells which threads share a core: each is taken for one";
  }
  if (facts.packages > 0) {
    cpu.sockets = Count::of(facts.packages, facts.source);
  } else {
    cpu.sockets = Count::of(1, facts.source, KnownBy::assumed, Confidence::low);
    cpu.sockets.why = "nothing tells of sockets: taken for one";
  }
  cpu.caches = std::move(facts.caches);
  cpu.last_level_cache_bytes =
      facts.last_level_bytes
          ? Known<Bytes>::of(*facts.last_level_bytes, facts.source, KnownBy::computed)
          : Known<Bytes>::unknown(Status::unsupported, "the kernel tells of no caches",
                                  facts.source);
  cpu.core_kinds = find_kinds(host, facts);
  correct_nodes(host, facts.nodes);
  cpu.numa_nodes = std::move(facts.nodes);
}

}  // namespace

extern const Probe topology_probe;
const Probe topology_probe{
    "topology", "how many sockets, cores, threads, caches and memory nodes, and which are fast?",
    run};

}  // namespace weighin
