// What do the control groups up the path allow?
#include <fmt/format.h>

#include <algorithm>

#include "probes/read/cgroup.hpp"
#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

using kernel_text::counter;
using kernel_text::trimmed;
using kernel_text::whole_number;

// v1 says "no limit" with the largest multiple of a page that fits a long (9223372036854771712 with
// pages of 4 KiB), v2 with "max". No machine has an exbibyte: whatever is above is no limit.
constexpr Bytes kNoLimit = Bytes{1} << 60;
// The kernel's default period where cpu.max was written with one number (cgroup-v2.rst, "cpu.max").
constexpr std::int64_t kDefaultPeriod = 100000;

Error senseless(std::string_view what, std::string_view text) {
  return Error{ErrorKind::data, fmt::format("\"{}\" is no {}", trimmed(text).substr(0, 60), what),
               "", ""};
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Usage {
  Known<Bytes> used, room;
};

// limit - usage + what the kernel would drop before it refuses: page cache and reclaimable slab of
// the group (the rule of lxcfs for a container's MemAvailable).
Usage usage_of(const Host& host, const CgroupLevel& level, int version, Bytes limit) {
  const std::string usage_file =
      level.folder + (version == 2 ? "/memory.current" : "/memory.usage_in_bytes");
  const auto text = host.read_file(usage_file);
  const auto usage = text ? whole_number(*text) : std::nullopt;
  if (!usage || *usage < 0) {
    const auto unknown = Known<Bytes>::unknown(
        Status::error, text ? senseless("memory use", *text).what : text.error().what, usage_file);
    return {unknown, unknown};
  }
  Bytes droppable = 0;
  std::string why;
  if (const auto stat = host.read_file(level.folder + "/memory.stat")) {
    const auto value = [&](const char* key) {
      // v1 has the sums over all groups below as total_*; v2's figures are such sums.
      const auto whole = version == 1 ? counter(*stat, fmt::format("total_{}", key)) : std::nullopt;
      return std::clamp<Bytes>(whole ? *whole : counter(*stat, key).value_or(0), 0, kNoLimit);
    };
    droppable = value("active_file") + value("inactive_file") + value("slab_reclaimable");
  } else {
    why = "its page cache is counted as used: " + stat.error().what;
  }
  const Bytes used = std::max<Bytes>(*usage - std::min(droppable, *usage), 0);
  Usage found{
      Known<Bytes>::of(used, usage_file, KnownBy::computed),
      Known<Bytes>::of(std::clamp<Bytes>(limit - used, 0, limit), usage_file, KnownBy::computed)};
  found.used.why = found.room.why = why;
  return found;
}

void add_limit(const Host& host, const CgroupLevel& level, int version, const char* kind,
               const char* file, std::vector<MemoryLimit>& limits, std::string& trouble) {
  const auto text = host.read_file(level.folder + file);
  if (!text) return;  // the root of v2 has none; a controller may be off at this level
  const auto value = read_memory_limit(*text);
  if (value && !*value) return;
  if (!value) {
    trouble = fmt::format("{}{}: {}", level.folder, file, value.error().what);
    return;
  }
  Usage usage = usage_of(host, level, version, **value);
  MemoryLimit limit;
  limit.kind = kind;
  limit.where = level.path;
  limit.limit_bytes = **value;
  limit.used_bytes = std::move(usage.used);
  limit.room_bytes = std::move(usage.room);
  if (limit.room_bytes) limit.room_bytes.source = level.folder + file;
  limits.push_back(std::move(limit));
}

std::string list_file(const CgroupChain& chain, const CgroupLevel& level, std::string_view what,
                      bool effective) {
  if (chain.no_prefix)
    return fmt::format("{}/{}{}", level.folder, effective ? "effective_" : "", what);
  if (!effective) return fmt::format("{}/cpuset.{}", level.folder, what);
  if (chain.version == 2) return fmt::format("{}/cpuset.{}.effective", level.folder, what);
  return fmt::format("{}/cpuset.effective_{}", level.folder, what);
}

}  // namespace

Result<std::optional<Bytes>> read_memory_limit(std::string_view text) {
  text = trimmed(text);
  if (text == "max" || text == "-1") return std::optional<Bytes>();
  const auto value = whole_number(text);
  if (!value && all_digits(text)) return std::optional<Bytes>();  // beyond 63 bits
  if (!value || *value < 0) return senseless("memory limit", text);
  if (*value >= kNoLimit) return std::optional<Bytes>();
  return std::optional<Bytes>(*value);
}

std::vector<MemoryLimit> cgroup_memory_limits(const Host& host, const CgroupChain& chain,
                                              std::string& trouble) {
  std::vector<MemoryLimit> limits;
  for (std::size_t i = 0; i < chain.levels.size(); ++i) {
    const CgroupLevel& level = chain.levels[i];
    if (chain.version == 2) {
      add_limit(host, level, 2, "cgroup_v2", "/memory.max", limits, trouble);
      add_limit(host, level, 2, "cgroup_v2_high", "/memory.high", limits, trouble);
      continue;
    }
    if (i > 0) {
      // Before Linux 5.11 a group counted what its children use only where it was told to.
      const auto hierarchy = host.read_file(level.folder + "/memory.use_hierarchy");
      if (hierarchy && trimmed(*hierarchy) == "0") continue;
    }
    add_limit(host, level, 1, "cgroup_v1", "/memory.limit_in_bytes", limits, trouble);
  }
  return limits;
}

Result<std::optional<double>> read_cpu_max(std::string_view text) {
  const auto parts = kernel_text::words(text, 4);
  if (parts.empty() || parts.size() > 2) return senseless("CPU quota", text);
  const auto period = parts.size() == 2 ? whole_number(parts[1]) : std::optional(kDefaultPeriod);
  if (!period || *period <= 0) return senseless("CPU quota (its period is not above 0)", text);
  if (parts[0] == "max") return std::optional<double>();
  const auto quota = whole_number(parts[0]);
  if (!quota || *quota <= 0) return senseless("CPU quota", text);
  return std::optional(static_cast<double>(*quota) / static_cast<double>(*period));
}

Result<std::optional<double>> read_cfs_quota(std::string_view quota_text,
                                             std::string_view period_text) {
  const auto quota = whole_number(quota_text);
  if (!quota || *quota == 0 || *quota < -1) return senseless("CPU quota", quota_text);
  if (*quota == -1) return std::optional<double>();
  const auto period = whole_number(period_text);
  if (!period || *period <= 0) return senseless("CPU period", period_text);
  return std::optional(static_cast<double>(*quota) / static_cast<double>(*period));
}

Known<double> cgroup_cpu_quota(const Host& host, const CgroupChain& chain) {
  std::optional<double> least;
  std::string source;
  std::string trouble;
  std::string first_file;
  for (const CgroupLevel& level : chain.levels) {
    const std::string file = level.folder + (chain.version == 2 ? "/cpu.max" : "/cpu.cfs_quota_us");
    const auto text = host.read_file(file);
    if (!text) continue;
    if (first_file.empty()) first_file = file;
    Result<std::optional<double>> quota = std::optional<double>();
    if (chain.version == 2) {
      quota = read_cpu_max(*text);
    } else {
      const auto period = host.read_file(level.folder + "/cpu.cfs_period_us");
      quota = read_cfs_quota(*text, period ? *period : std::string_view{});
    }
    if (!quota) {
      trouble = fmt::format("{}: {}", file, quota.error().what);
    } else if (*quota && (!least || **quota < *least)) {
      least = **quota;
      source = file;
    }
  }
  if (least) {
    auto known = Known<double>::of(*least, source, KnownBy::reported,
                                   trouble.empty() ? Confidence::high : Confidence::medium);
    known.why = trouble;
    return known;
  }
  if (!trouble.empty()) return Known<double>::unknown(Status::error, trouble, first_file);
  return Known<double>::unknown(Status::unsupported, "no CPU quota is set", first_file);
}

Known<std::vector<std::int64_t>> cgroup_cpuset(const Host& host, const CgroupChain& chain,
                                               std::string_view what) {
  using List = std::vector<std::int64_t>;
  std::string trouble;
  // What is asked for need not be what is given: "effective" first; an empty list means the
  // parent's.
  for (const CgroupLevel& level : chain.levels) {
    for (const bool effective : {true, false}) {
      const std::string file = list_file(chain, level, what, effective);
      const auto text = host.read_file(file);
      if (!text) continue;
      auto list = kernel_text::number_list(*text);
      if (!list) {
        trouble = fmt::format("{}: {}", file, senseless("list of numbers", *text).what);
      } else if (!list->empty()) {
        return Known<List>::of(std::move(*list), file);
      }
    }
  }
  if (!trouble.empty()) return Known<List>::unknown(Status::error, trouble);
  return Known<List>::unknown(Status::unsupported, "no cpuset is set");
}

}  // namespace weighin
