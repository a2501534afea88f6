// How much memory do the benchmarks take?
//
// Pages are the system's ordinary ones (no madvise): weights that an engine maps from a file or
// allocates lie on such pages too. With transparent huge pages plain reading on a KVM guest rose by
// 3 % (docs/bench.md).
#include "bench/region.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace weighin {
namespace {

// With a program of about 20 MiB and the kernels' own vectors this stays below 300 MiB.
constexpr Bytes kMostDataBytes = 192 * kMiB;
// Where caches are flushed before each pass, a small amount gives the same rate as 2 GiB do
// (flush.hpp); each thread is to have some slices of 1 MB of its own.
constexpr Bytes kFlushedDataBytes = 64 * kMiB, kFlushedThreadBytes = 8 * kMiB;
// STREAM asks for arrays of at least four times the caches:
// https://www.cs.virginia.edu/stream/ref.html
constexpr Bytes kCachesTimes = 4;
// What may be taken from a machine that others use too.
constexpr Bytes kUsableShare = 4;

}  // namespace

Region::Region(Bytes bytes, Bytes least_bytes) {
  for (; bytes >= least_bytes && bytes > 0; bytes /= 2) {
    void* got = mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) continue;
    data_ = static_cast<unsigned char*>(got);
    bytes_ = bytes;
    return;
  }
}

Region::~Region() {
  if (data_ != nullptr) munmap(data_, static_cast<std::size_t>(bytes_));
}

Region::Region(Region&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

DataSize choose_data_size(const DeviceProfile& profile, Bytes asked_bytes, bool flushed) {
  const Known<Bytes>& caches = profile.cpu.last_level_cache_bytes;
  const Known<Bytes>& usable = profile.memory.usable_bytes;
  DataSize size;
  size.bytes = kMostDataBytes;
  if (asked_bytes > 0) {
    size.bytes = asked_bytes;
  } else if (flushed) {
    const std::int64_t threads =
        std::clamp<std::int64_t>(profile.cpu.usable_threads.value_or(1), 1, 1024);
    size.bytes = std::clamp(threads * kFlushedThreadBytes, kFlushedDataBytes, kMostDataBytes);
  } else if (caches && *caches > 0 && *caches < kMostDataBytes / kCachesTimes) {
    size.bytes = std::max<Bytes>(*caches * kCachesTimes, kFlushedDataBytes);
  }
  if (usable) size.bytes = std::min(size.bytes, std::max<Bytes>(*usable, 0) / kUsableShare);
  if (size.bytes < kLeastDataBytes) {
    size.why = "only " + text_binary(usable.value_or(asked_bytes)) +
               " of memory may be used; a measurement takes " +
               text_binary(kLeastDataBytes * kUsableShare);
    size.bytes = 0;
  } else if (flushed) {
    size.beyond_caches = true;
  } else if (!caches) {
    size.why = "the size of the caches is not known";
  } else {
    size.beyond_caches = size.bytes / kCachesTimes >= *caches;
    if (!size.beyond_caches) {
      size.why = text_binary(size.bytes) + " of data beside " + text_binary(*caches) +
                 " of last-level cache: part of it may have come from there";
    }
  }
  return size;
}

}  // namespace weighin
