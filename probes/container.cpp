// Which limits has somebody set on this process?
#include <fmt/format.h>

#include <algorithm>

#include "probes/probe.hpp"
#include "probes/read/cgroup.hpp"
#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

using kernel_text::field;
using kernel_text::kilobytes;
using kernel_text::whole_number;

constexpr const char* kLimits = "/proc/self/limits";
constexpr const char* kStatus = "/proc/self/status";
constexpr const char* kMeminfo = "/proc/meminfo";

// The soft limit of a line of /proc/self/limits: nothing where it is unlimited or not there.
std::optional<Bytes> soft_limit(std::string_view text, std::string_view name) {
  for (const std::string_view line : kernel_text::lines(text, 64)) {
    if (!line.starts_with(name)) continue;
    const auto parts = kernel_text::words(line.substr(name.size()), 4);
    const auto value = parts.empty() ? std::nullopt : whole_number(parts[0]);
    return value && *value >= 0 ? value : std::nullopt;
  }
  return std::nullopt;
}

void probe_rlimits(const Host& host, const std::string& status, Limits& limits) {
  const auto text = host.read_file(kLimits);
  if (!text) {
    limits.rlimit_memlock_bytes = Known<Bytes>::unknown(Status::error, text.error().what, kLimits);
    return;
  }
  struct Row {
    const char *line, *kind, *where, *use;
  };
  constexpr Row kRows[] = {{"Max address space", "rlimit_as", "RLIMIT_AS", "VmSize"},
                           {"Max data size", "rlimit_data", "RLIMIT_DATA", "VmData"}};
  for (const Row& row : kRows) {
    const auto value = soft_limit(*text, row.line);
    if (!value) continue;
    MemoryLimit limit;
    limit.kind = row.kind;
    limit.where = row.where;
    limit.limit_bytes = *value;
    if (const auto used = kilobytes(status, row.use)) {
      limit.used_bytes = Known<Bytes>::of(*used, kStatus);
      limit.room_bytes = Known<Bytes>::of(std::clamp<Bytes>(*value - *used, 0, *value), kLimits,
                                          KnownBy::computed);
    } else {
      const auto why = fmt::format("{} has no line {}", kStatus, row.use);
      limit.used_bytes = limit.room_bytes = Known<Bytes>::unknown(Status::error, why, kStatus);
    }
    limits.memory.push_back(std::move(limit));
  }
  const auto locked = soft_limit(*text, "Max locked memory");
  limits.rlimit_memlock_bytes =
      locked
          ? Known<Bytes>::of(*locked, kLimits)
          : Known<Bytes>::unknown(Status::unsupported, "no limit on locked memory is set", kLimits);
}

// With vm.overcommit_memory = 2 the kernel refuses what goes beyond CommitLimit
// (Documentation/mm/overcommit-accounting.rst); with 0 and 1 the two figures bind nobody.
void probe_overcommit(const Host& host, Limits& limits) {
  const auto mode = host.read_file("/proc/sys/vm/overcommit_memory");
  if (!mode || whole_number(*mode) != 2) return;
  const auto text = host.read_file(kMeminfo);
  if (!text) return;
  const auto limit_bytes = kilobytes(*text, "CommitLimit");
  const auto used = kilobytes(*text, "Committed_AS");
  if (!limit_bytes || !used) return;
  MemoryLimit limit;
  limit.kind = "overcommit";
  limit.where = "vm.overcommit_memory=2";
  limit.limit_bytes = *limit_bytes;
  limit.used_bytes = Known<Bytes>::of(*used, kMeminfo);
  limit.room_bytes = Known<Bytes>::of(std::clamp<Bytes>(*limit_bytes - *used, 0, *limit_bytes),
                                      kMeminfo, KnownBy::computed);
  limits.memory.push_back(std::move(limit));
}

// A cpuset may leave us only some of the memory nodes.
void probe_memory_nodes(const Host& host, const std::optional<CgroupChain>& cpuset,
                        const std::string& status, Limits& limits) {
  auto allowed = Known<std::vector<std::int64_t>>::unknown(Status::unsupported, "no cpuset is set");
  if (const auto list = field(status, "Mems_allowed_list")) {
    if (auto nodes = kernel_text::number_list(*list)) {
      allowed = Known<std::vector<std::int64_t>>::of(std::move(*nodes), kStatus);
    }
  }
  if (!allowed && cpuset) allowed = cgroup_cpuset(host, *cpuset, "mems");
  if (!allowed || allowed->empty()) return;
  constexpr const char* kNodes = "/sys/devices/system/node";
  auto online_text = host.read_file(fmt::format("{}/has_memory", kNodes));
  if (!online_text) online_text = host.read_file(fmt::format("{}/online", kNodes));
  const auto online = online_text ? kernel_text::number_list(*online_text) : std::nullopt;
  if (!online || online->empty()) return;
  Bytes total = 0;
  Bytes room = 0;
  bool left_out = false;
  for (const std::int64_t node : *online) {
    if (!std::binary_search(allowed->begin(), allowed->end(), node)) {
      left_out = true;
      continue;
    }
    const auto text = host.read_file(fmt::format("{}/node{}/meminfo", kNodes, node));
    if (!text) return;
    const std::string prefix = fmt::format("Node {} ", node);
    const auto value = [&](const char* key) { return kilobytes(*text, prefix + key).value_or(0); };
    const auto sum = checked_add(total, value("MemTotal"));
    if (!sum) return;
    total = *sum;
    const Bytes free =
        value("MemFree") + value("Active(file)") + value("Inactive(file)") + value("SReclaimable");
    room += std::min(value("MemTotal"), free);  // never more than the total, which was checked
  }
  if (!left_out || total <= 0) return;
  MemoryLimit limit;
  limit.kind = "cpuset_mems";
  limit.where = allowed.source;
  limit.limit_bytes = total;
  limit.used_bytes = Known<Bytes>::of(total - room, kNodes, KnownBy::computed);
  limit.room_bytes = Known<Bytes>::of(room, kNodes, KnownBy::computed);
  limits.memory.push_back(std::move(limit));
}

Known<std::int64_t> count(const Known<std::vector<std::int64_t>>& list) {
  if (!list) return Known<std::int64_t>::unknown(list.status, list.why, list.source);
  auto known = Known<std::int64_t>::of(static_cast<std::int64_t>(list->size()), list.source);
  return known;
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  Limits& limits = profile.limits;
  const auto status_text = host.read_file(kStatus);
  const std::string status = status_text ? *status_text : std::string();
  const Cgroups cgroups = cgroups_of(host);
  limits.cgroup = cgroups.version;
  if (const auto chain = chain_of(host, cgroups, "memory")) {
    std::string trouble;
    limits.memory = cgroup_memory_limits(host, *chain, trouble);
    if (!chain->exact) {
      trouble += fmt::format("{}our own group cannot be seen, only {}", trouble.empty() ? "" : "; ",
                             chain->levels.back().folder);
    }
    if (!trouble.empty()) {
      limits.cgroup.confidence = Confidence::medium;
      limits.cgroup.why = std::move(trouble);
    }
  }
  const auto cpu = chain_of(host, cgroups, "cpu");
  limits.cpu_quota_cores =
      cpu ? cgroup_cpu_quota(host, *cpu)
          : Known<double>::unknown(Status::unsupported, "no CPU control group");
  const auto cpuset = chain_of(host, cgroups, "cpuset");
  limits.cpuset_cpus = cpuset
                           ? count(cgroup_cpuset(host, *cpuset, "cpus"))
                           : Known<std::int64_t>::unknown(Status::unsupported, "no cpuset is set");
  if (const auto list = field(status, "Cpus_allowed_list")) {
    const auto cpus = kernel_text::number_list(*list);
    limits.affinity_cpus =
        cpus && !cpus->empty()
            ? Known<std::int64_t>::of(static_cast<std::int64_t>(cpus->size()), kStatus)
            : Known<std::int64_t>::unknown(Status::error, "Cpus_allowed_list is no list", kStatus);
  } else {
    limits.affinity_cpus = Known<std::int64_t>::unknown(
        Status::error, status_text ? "no line Cpus_allowed_list" : status_text.error().what,
        kStatus);
  }
  probe_memory_nodes(host, cpuset, status, limits);
  probe_rlimits(host, status, limits);
  probe_overcommit(host, limits);
}

}  // namespace

extern const Probe container_probe;
const Probe container_probe{"container", "Which limits has somebody set on this process?", run};

}  // namespace weighin
