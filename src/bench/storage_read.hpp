// How fast does the storage give a file that is not in memory?
#pragma once

#include <string>

#include "weighin/bench.hpp"

namespace weighin {

/// Writes a nameless file of at most 32 MiB into `folder` and reads it past the page cache
/// (O_DIRECT), for about `seconds` in all, more only where 4 MiB take longer. `folder` "" or one
/// that cannot do this: `skipped`, with the reason. Nothing is left behind.
Measurement measure_storage_read(const std::string& folder, double seconds);

}  // namespace weighin
