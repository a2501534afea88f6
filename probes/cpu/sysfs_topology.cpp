// What do the kernel's own files say of cores, caches and nodes, where hwloc says nothing?
#include "probes/cpu/sysfs_topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "probes/read/kernel_text.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

constexpr const char* kCpus = "/sys/devices/system/cpu";
constexpr const char* kNodes = "/sys/devices/system/node";
constexpr std::size_t kMostCpus = 4096;
constexpr std::size_t kMostNodes = 1024;
constexpr int kMostCaches = 16;  // of one processor

// "cpu12" -> 12; nothing for "cpufreq".
std::optional<std::int64_t> numbered(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = kernel_text::whole_number(name.substr(prefix.size()));
  return number && *number >= 0 && *number < 65536 ? number : std::nullopt;
}

std::vector<std::int64_t> folders(const Host& host, const char* where, std::string_view prefix,
                                  std::size_t most) {
  std::vector<std::int64_t> numbers;
  const auto names = host.list_directory(where);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    const auto number = numbered(name, prefix);
    if (number && numbers.size() < most) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// "32K", "8M", as in cache/index*/size.
std::optional<Bytes> cache_size(const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::nullopt;
  std::string_view digits = *text;
  Bytes unit = 1;
  if (digits.back() == 'K') unit = kKiB;
  if (digits.back() == 'M') unit = kMiB;
  if (unit != 1) digits.remove_suffix(1);
  const auto number = kernel_text::whole_number(digits);
  return number && *number > 0 ? checked_multiply(*number, unit) : std::nullopt;
}

struct CacheSeen {
  Cache cache;
  std::string sharers;
};

// Caches of the whole machine: an instance is a level, a type and the processors that share it.
class Caches {
 public:
  void add_of_cpu(const Host& host, std::int64_t cpu) {
    const CacheSeen* outermost = nullptr;
    std::vector<CacheSeen> seen;
    for (int index = 0; index < kMostCaches; ++index) {
      auto one = read(host, fmt::format("{}/cpu{}/cache/index{}/", kCpus, cpu, index), cpu);
      if (!one) break;
      if (one->cache.level > 0) seen.push_back(std::move(*one));
    }
    for (const CacheSeen& one : seen) {
      instances_.insert({one.cache.level, one.cache.type, one.sharers, one.cache.bytes});
      if (one.cache.type == "instruction") continue;
      if (outermost == nullptr || one.cache.level > outermost->cache.level) outermost = &one;
    }
    if (outermost != nullptr) last_.insert({outermost->sharers, outermost->cache.bytes});
  }

  void finish(TopologyFacts& facts) const {
    std::map<std::tuple<std::int64_t, bool, std::string, Bytes>, std::int64_t> counts;
    for (const auto& [level, type, sharers, bytes] : instances_) {
      ++counts[{level, type == "instruction", type, bytes}];
    }
    for (const auto& [key, count] : counts) {
      facts.caches.push_back({std::get<0>(key), std::get<2>(key), std::get<3>(key), count});
    }
    Bytes sum = 0;
    for (const auto& [sharers, bytes] : last_) sum = checked_add(sum, bytes).value_or(sum);
    if (sum > 0) facts.last_level_bytes = sum;
  }

 private:
  static std::optional<CacheSeen> read(const Host& host, const std::string& folder,
                                       std::int64_t cpu) {
    const auto level = read_number(host, folder + "level");
    if (!level) return std::nullopt;
    const auto size = cache_size(read_line(host, folder + "size"));
    if (!size || *level < 1 || *level > 16) return CacheSeen{};
    std::string type = read_line(host, folder + "type").value_or("Unified");
    type = type == "Data" ? "data" : type == "Instruction" ? "instruction" : "unified";
    auto sharers = read_line(host, folder + "shared_cpu_list");
    if (!sharers || sharers->empty()) sharers = read_line(host, folder + "shared_cpu_map");
    if (!sharers || sharers->empty()) sharers = std::to_string(cpu);
    return CacheSeen{{*level, std::move(type), *size, 1}, std::move(*sharers)};
  }

  std::set<std::tuple<std::int64_t, std::string, std::string, Bytes>> instances_;
  std::set<std::pair<std::string, Bytes>> last_;
};

std::vector<NumaNode> read_nodes(const Host& host) {
  std::vector<NumaNode> nodes;
  for (const std::int64_t index : folders(host, kNodes, "node", kMostNodes)) {
    NumaNode node;
    node.index = index;
    const std::string file = fmt::format("{}/node{}/meminfo", kNodes, index);
    const auto text = host.read_file(file, 64u << 10);
    const auto total = text ? text->find("MemTotal:") : std::string::npos;
    const auto bytes =
        text && total != std::string::npos
            ? kernel_text::kilobytes(std::string_view(*text).substr(total), "MemTotal")
            : std::nullopt;
    node.bytes = bytes && *bytes > 0 ? Known<Bytes>::of(*bytes, file)
                                     : Known<Bytes>::unknown(Status::unsupported,
                                                             "the node reports no memory", file);
    const auto list = read_line(host, fmt::format("{}/node{}/cpulist", kNodes, index));
    const auto cpus = list ? kernel_text::number_list(*list) : std::nullopt;
    node.cpus = cpus ? static_cast<std::int64_t>(cpus->size()) : 0;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

// Numbers cores and packages by what stands in the files, in the order in which they are met.
template <class Key>
std::int64_t number_of(std::map<Key, std::int64_t>& known, const Key& key) {
  return known.emplace(key, static_cast<std::int64_t>(known.size())).first->second;
}

}  // namespace

Result<TopologyFacts> read_sysfs_topology(const Host& host) {
  TopologyFacts facts;
  facts.source = kCpus;
  const auto online_text = read_line(host, fmt::format("{}/online", kCpus));
  const auto online = online_text ? kernel_text::number_list(*online_text) : std::nullopt;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> cores;
  std::map<std::int64_t, std::int64_t> packages;
  Caches caches;
  for (const std::int64_t cpu : folders(host, kCpus, "cpu", kMostCpus)) {
    if (online && !std::binary_search(online->begin(), online->end(), cpu)) continue;
    const std::string topology = fmt::format("{}/cpu{}/topology/", kCpus, cpu);
    const std::int64_t package = read_number(host, topology + "physical_package_id").value_or(-1);
    if (package >= 0) number_of(packages, package);
    // Who shares a core is said in one list; numbers of cores repeat in every die.
    auto siblings = read_line(host, topology + "core_cpus_list");
    if (!siblings || siblings->empty())
      siblings = read_line(host, topology + "thread_siblings_list");
    if (!siblings || siblings->empty()) siblings = read_line(host, topology + "core_id");
    ThreadFact thread{cpu, -1};
    if (siblings && !siblings->empty()) thread.core = number_of(cores, {package, *siblings});
    facts.threads.push_back(thread);
    caches.add_of_cpu(host, cpu);
  }
  if (facts.threads.empty()) {
    return Error{ErrorKind::no_input, fmt::format("{} names no processor", kCpus), "", ""};
  }
  facts.cores = static_cast<std::int64_t>(cores.size());
  facts.packages = static_cast<std::int64_t>(packages.size());
  caches.finish(facts);
  facts.nodes = read_nodes(host);
  return facts;
}

Result<TopologyFacts> read_cpuinfo_topology(const Host& host) {
  constexpr const char* kFile = "/proc/cpuinfo";
  const auto text = host.read_file(kFile, 16u << 20);
  if (!text) return text.error();
  TopologyFacts facts;
  facts.source = kFile;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> cores;
  std::map<std::int64_t, std::int64_t> packages;
  std::int64_t package = -1;
  const auto finish_thread = [&](std::int64_t core) {
    if (facts.threads.empty()) return;
    if (package >= 0) number_of(packages, package);
    if (core >= 0) facts.threads.back().core = number_of(cores, {package, core});
  };
  std::int64_t core = -1;
  for (const std::string_view line : kernel_text::lines(*text, 2'000'000)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = kernel_text::trimmed(line.substr(0, colon));
    const auto value = kernel_text::whole_number(line.substr(colon + 1));
    // "processor : 0", and on s390 "processor 0: version = …".
    const auto index = key == "processor" ? value
                       : line.find('=', colon) != std::string_view::npos
                           ? numbered(key, "processor ")
                           : std::nullopt;
    if (index && *index >= 0 && *index < 65536 && facts.threads.size() < 65536) {
      finish_thread(core);
      package = core = -1;
      facts.threads.push_back({*index, -1});
    } else if (key == "physical id" && value) {
      package = *value;
    } else if (key == "core id" && value) {
      core = *value;
    }
  }
  finish_thread(core);
  // Old kernels of one-core Arm chips write no "processor" line at all.
  const bool one = text->find("\nBogoMIPS") != std::string::npos || text->starts_with("Processor");
  if (facts.threads.empty() && one) facts.threads.push_back({0, -1});
  if (facts.threads.empty()) {
    return Error{ErrorKind::no_input, fmt::format("{} names no processor", kFile), "", ""};
  }
  facts.cores = static_cast<std::int64_t>(cores.size());
  facts.packages = static_cast<std::int64_t>(packages.size());
  return facts;
}

std::vector<KindHint> read_sysfs_kinds(const Host& host, const std::vector<ThreadFact>& threads) {
  std::vector<KindHint> kinds;
  // The performance counters of each kind have a name of their own (kernel:
  // arch/x86/events/intel/core.c, "cpu_core", "cpu_atom", "cpu_lowpower").
  for (const auto& [folder, type] :
       {std::pair{"/sys/devices/cpu_core/cpus", "IntelCore"},
        std::pair{"/sys/devices/cpu_atom/cpus", "IntelAtom"},
        std::pair{"/sys/devices/cpu_lowpower/cpus", "IntelLowPower"}}) {
    const auto list = read_line(host, folder);
    auto cpus = list ? kernel_text::number_list(*list) : std::nullopt;
    if (!cpus || cpus->empty()) continue;
    KindHint kind;
    kind.threads = std::move(*cpus);
    kind.core_type = type;
    kinds.push_back(std::move(kind));
  }
  if (!kinds.empty()) return kinds;
  // Documentation/ABI/testing/sysfs-devices-system-cpu: cpu_capacity.
  std::map<std::int64_t, std::vector<std::int64_t>> by_capacity;
  for (const ThreadFact& thread : threads) {
    if (by_capacity.empty() && &thread != &threads.front()) break;  // the first had none
    const auto capacity =
        read_number(host, fmt::format("{}/cpu{}/cpu_capacity", kCpus, thread.index));
    if (capacity && *capacity > 0) by_capacity[*capacity].push_back(thread.index);
  }
  for (auto& [capacity, cpus] : by_capacity) {
    KindHint kind;
    kind.threads = std::move(cpus);
    kind.capacity = capacity;
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

}  // namespace weighin
