// How is hwloc asked for the topology of a machine?
#include "probes/cpu/hwloc_ask.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace weighin {
namespace {

constexpr const char* kQuestion = "hwloc.xml";

struct Destroy {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using Topology = std::unique_ptr<hwloc_topology, Destroy>;

Error refused(const char* what) {
  return Error{ErrorKind::no_input, fmt::format("hwloc cannot {}: {}", what, std::strerror(errno)),
               "", ""};
}

// Processors, caches and memory nodes: all other parts cost time (PCI, disks, distances) and answer
// nothing that is asked. Processors that a cpuset takes from us are kept: the machine has them, and
// the limits say apart how many of them are ours.
Result<std::string> load_and_export(bool this_machine) {
  hwloc_topology_t raw = nullptr;
  errno = 0;
  if (hwloc_topology_init(&raw) != 0) return refused("start");
  const Topology topology(raw);
  unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;
#if HWLOC_API_VERSION >= 0x00020500
  // (With it hwloc 2.9 does not read CPUID out of a folder either.)
  if (this_machine) flags |= HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING;
#endif
#if HWLOC_API_VERSION >= 0x00020800
  flags |= HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS;
#endif
  hwloc_topology_set_flags(raw, flags);
  hwloc_topology_set_io_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_icache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_ALL);
  hwloc_topology_set_type_filter(raw, HWLOC_OBJ_MISC, HWLOC_TYPE_FILTER_KEEP_NONE);
  if (this_machine) {
    // The x86 part would move this thread to every processor in turn.
    hwloc_topology_set_components(raw, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
  }
  errno = 0;
  if (hwloc_topology_load(raw) != 0) return refused("read the topology");
  char* text = nullptr;
  int length = 0;
  if (hwloc_topology_export_xmlbuffer(raw, &text, &length, 0) != 0) return refused("write XML");
  std::string xml(text, length > 0 ? static_cast<std::size_t>(length) : 0);
  hwloc_free_xmlbuffer(raw, text);
  while (!xml.empty() && xml.back() == '\0') xml.pop_back();
  return xml;
}

// Where hwloc looks for plugins: its own folder, whether it is linked into us or not.
std::vector<std::string> plugin_folders() {
  std::vector<std::string> folders{WEIGHIN_HWLOC_PLUGINS};
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&hwloc_topology_init), &info) != 0 &&
      info.dli_fname != nullptr) {
    folders.push_back(std::filesystem::path(info.dli_fname).parent_path() / "hwloc");
  }
  return folders;
}

// Environment variables that are set for a while. Only for recorded machines, whose answers are
// never taken from our own environment; one at a time.
class Environment {
 public:
  explicit Environment(const std::vector<std::pair<const char*, std::string>>& set) {
    for (const auto& [name, value] : set) {
      const char* before = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
      before_.emplace_back(name, before != nullptr ? std::optional<std::string>(before)
                                                   : std::optional<std::string>());
      if (value.empty()) {
        unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
      } else {
        setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
      }
    }
  }
  ~Environment() {
    for (const auto& [name, value] : before_) {
      if (value) {
        setenv(name, value->c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
      } else {
        unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
      }
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

// hwloc 2.9 takes another root than "/" through its environment alone
// (https://www.open-mpi.org/projects/hwloc/doc/v2.9.0/a00354.php).
Result<std::string> read_folder(const std::string& root) {
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  // hwloc's own recordings of hybrid processors keep CPUID beside the file system.
  std::error_code ignored;
  const std::filesystem::path cpuid = std::filesystem::path(root).parent_path() / "cpuid";
  const bool with_cpuid = std::filesystem::is_regular_file(cpuid / "hwloc-cpuid-info", ignored);
  const Environment environment({{"HWLOC_FSROOT", root},
                                 {"HWLOC_THISSYSTEM", "0"},
                                 {"HWLOC_COMPONENTS", with_cpuid ? "linux,x86,stop" : "linux,stop"},
                                 {"HWLOC_CPUID_PATH", with_cpuid ? cpuid.string() : std::string()},
                                 {"HWLOC_XMLFILE", ""},
                                 {"HWLOC_SYNTHETIC", ""},
                                 {"HWLOC_HIDE_ERRORS", "2"}});
  return load_and_export(false);
}

}  // namespace

bool hwloc_loads_plugins(const Host& host, const std::vector<std::string>& folders) {
  if (host.environment("HWLOC_PLUGINS_PATH")) return false;  // ours never loads any: main.cpp
  for (const std::string& folder : folders) {
    const auto names = host.list_directory(folder);
    if (names && std::any_of(names->begin(), names->end(), [](const std::string& name) {
          return name.starts_with("hwloc_") && name.ends_with(".so");
        }))
      return true;
  }
  return false;
}

Result<std::string> ask_hwloc(const Host& host) {
  Result<std::string> answer = host.ask(kQuestion, [&]() -> Result<std::string> {
    if (hwloc_loads_plugins(host, plugin_folders()))
      return Error{ErrorKind::no_input, "hwloc would load its plugins into this program", "", ""};
    return load_and_export(true);
  });
  if (answer || host.live() || host.root().empty()) return answer;
  std::error_code ignored;
  const std::filesystem::path root = host.root();
  if (!std::filesystem::is_directory(root / "sys/devices/system", ignored) &&
      !std::filesystem::is_regular_file(root / "proc/cpuinfo", ignored)) {
    return answer;
  }
  return read_folder(root.string());
}

}  // namespace weighin
