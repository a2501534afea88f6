// How is hwloc asked for the topology of a machine?
#pragma once

#include "weighin/host.hpp"

namespace weighin {

/// The topology of a host as hwloc's XML, through Host::ask("hwloc.xml"): of this machine; as it
/// was recorded; or, where only a file system was recorded, as hwloc reads it out of that.
Result<std::string> ask_hwloc(const Host& host);

}  // namespace weighin
