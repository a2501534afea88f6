// How is data driven out of the caches, so that the next read comes from memory?
//
// A server's cache may be larger than all the data that a quick check may take (480 MiB on one of
// our machines): there data of 192 MiB was read with 59 GB/s once the cache held it, but with 31
// GB/s from memory. Flushed before every pass, 96 MiB gave the same 31 GB/s as 2 GiB did.
#pragma once

#include <cstdint>

namespace weighin {

/// Whether this processor lets a program do that.
bool can_flush();
/// Writes back and drops all cache lines of the data; the data itself does not change.
void flush(const unsigned char* data, std::int64_t bytes);

}  // namespace weighin
