// In which control groups does this process stand?
#include "probes/read/cgroup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

// cgroup v1 and v2 allow deeper trees, but no system nests a process so; a bound on what a made-up
// record can cost.
constexpr std::size_t kMostLevels = 64;

bool is_cgroup_mount(const Mount& mount) {
  return mount.type == "cgroup" || mount.type == "cgroup2" || mount.type == "cpuset";
}

bool mount_holds(const Mount& mount, std::string_view controller) {
  if (mount.type == "cpuset") return controller == "cpuset";
  return mount.type == "cgroup" && has_option(mount.super_options, controller);
}

// Our group's path in the hierarchy, as /proc/self/cgroup says it.
std::optional<std::string> path_of(const Cgroups& cgroups, std::string_view controller,
                                   int version) {
  for (const CgroupLine& line : cgroups.lines) {
    const auto& list = line.controllers;
    const bool found =
        version == 2 ? list.empty() : std::find(list.begin(), list.end(), controller) != list.end();
    if (found) return line.path;
  }
  if (controller == "cpuset" && !cgroups.cpuset_path.empty()) return cgroups.cpuset_path;
  return std::nullopt;
}

// ".." at the start of a path (a group outside our namespace) or inside it leads nowhere safe.
bool has_dots(std::string_view path) {
  for (std::size_t at = path.find(".."); at != std::string_view::npos;
       at = path.find("..", at + 1)) {
    const bool starts = at == 0 || path[at - 1] == '/';
    const bool ends = at + 2 == path.size() || path[at + 2] == '/';
    if (starts && ends) return true;
  }
  return false;
}

CgroupChain chain_through(const Host& host, const Mount& mount,
                          const std::optional<std::string>& path) {
  CgroupChain chain;
  chain.version = mount.type == "cgroup2" ? 2 : 1;
  chain.no_prefix = mount.type == "cpuset" || has_option(mount.super_options, "noprefix");
  std::string_view rest;
  chain.exact = path && !has_dots(*path) && below(*path, mount.root, rest);
  std::string top = mount.point;
  while (top.ends_with('/')) top.pop_back();
  std::string inside = chain.exact ? std::string(rest) : std::string();
  while (inside.ends_with('/')) inside.pop_back();
  // In a container that sees its own group as the mount's root, /proc/self/cgroup may still tell
  // the host's path; then the root is us.
  if (chain.exact && !inside.empty() && !host.list_directory(top + inside)) {
    inside.clear();
    chain.exact = false;
  }
  std::string root = mount.root;
  while (root.ends_with('/')) root.pop_back();
  while (chain.levels.size() < kMostLevels) {
    const std::string whole = root + inside;
    chain.levels.push_back({top + inside, whole.empty() ? "/" : whole});
    if (inside.empty()) break;
    inside.resize(inside.rfind('/'));
  }
  return chain;
}

}  // namespace

std::vector<CgroupLine> read_cgroup_lines(std::string_view text) {
  std::vector<CgroupLine> found;
  for (const std::string_view line : kernel_text::lines(text, 256)) {
    const std::size_t first = line.find(':');
    if (first == std::string_view::npos || !kernel_text::whole_number(line.substr(0, first)))
      continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    CgroupLine entry;
    entry.path = line.substr(second + 1);
    constexpr std::string_view kDeleted = " (deleted)";
    if (std::string_view(entry.path).ends_with(kDeleted)) {
      entry.path.resize(entry.path.size() - kDeleted.size());
    }
    if (!entry.path.starts_with('/')) continue;
    std::string_view names = line.substr(first + 1, second - first - 1);
    while (!names.empty()) {
      const std::size_t end = names.find(',');
      if (end != 0) entry.controllers.emplace_back(names.substr(0, end));
      names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
    }
    found.push_back(std::move(entry));
  }
  return found;
}

Cgroups cgroups_of(const Host& host) {
  Cgroups cgroups;
  const auto mounts = mounts_of(host);
  if (!mounts) {
    cgroups.version =
        Known<std::string>::unknown(Status::error, mounts.error().what, "/proc/self/mountinfo");
    return cgroups;
  }
  bool v1 = false;
  bool v2 = false;
  for (const Mount& mount : *mounts) {
    if (!is_cgroup_mount(mount)) continue;
    (mount.type == "cgroup2" ? v2 : v1) = true;
    cgroups.mounts.push_back(mount);
  }
  cgroups.version = Known<std::string>::of(v1 && v2 ? "hybrid"
                                           : v1     ? "v1"
                                           : v2     ? "v2"
                                                    : "none",
                                           "/proc/self/mountinfo");
  if (const auto text = host.read_file("/proc/self/cgroup")) {
    cgroups.lines = read_cgroup_lines(*text);
  } else if (v1 || v2) {
    cgroups.version.why = text.error().what;
  }
  if (const auto text = host.read_file("/proc/self/cpuset")) {
    const std::string_view path = kernel_text::trimmed(*text);
    if (path.starts_with('/')) cgroups.cpuset_path = path;
  }
  return cgroups;
}

std::optional<CgroupChain> chain_of(const Host& host, const Cgroups& cgroups,
                                    std::string_view controller) {
  // A controller is in one hierarchy alone: v1 where a mount names it. Of several mounts (a
  // container mounts its own over the host's) one through which our own group can be seen is
  // better, and the later one hides the earlier.
  for (const int version : {1, 2}) {
    std::optional<CgroupChain> best;
    const auto path = path_of(cgroups, controller, version);
    for (const Mount& mount : cgroups.mounts) {
      const bool fits = version == 2 ? mount.type == "cgroup2" : mount_holds(mount, controller);
      if (!fits) continue;
      CgroupChain chain = chain_through(host, mount, path);
      if (!best || chain.exact || !best->exact) best = std::move(chain);
    }
    if (best) return best;
  }
  return std::nullopt;
}

}  // namespace weighin
