// How is hwloc asked for the topology of a machine?
#pragma once

#include "weighin/host.hpp"

namespace weighin {

/// The topology of a host as hwloc's XML, through Host::ask("hwloc.xml"): of this machine; as it
/// was recorded; or, where only a file system was recorded, as hwloc reads it out of that.
Result<std::string> ask_hwloc(const Host& host);

/// True where hwloc would load plugins into this process, and with them the libraries of GPU
/// vendors: HWLOC_PLUGINS_PATH does not say otherwise, and one of the folders holds some.
bool hwloc_loads_plugins(const Host& host, const std::vector<std::string>& folders);

}  // namespace weighin
