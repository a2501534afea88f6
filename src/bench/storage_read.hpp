// How fast does the storage give a file that is not in memory?
#pragma once

#include <string>

#include "bench/work.hpp"

namespace weighin {

/// Reading a nameless file of at most 32 MiB in `folder` past the page cache (O_DIRECT), a block of
/// 1 MiB at a time. The file is written here, for about `seconds`, more only where 4 MiB take
/// longer. `folder` "" or one that cannot do this: no `run`, and the reason. Nothing is left
/// behind.
Work storage_work(const std::string& folder, double seconds);

}  // namespace weighin
