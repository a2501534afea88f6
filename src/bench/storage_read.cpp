// How fast does the storage give a file that is not in memory?
//
// Past the page cache, one block after another, as a file is read that is opened for the first
// time. A drive may answer from its own cache what was written a moment ago: the figure says so.
#include "bench/storage_read.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

#include "bench/clock.hpp"
#include "bench/statistics.hpp"
#include "weighin/cancel.hpp"

namespace weighin {
namespace {

constexpr std::size_t kBlockBytes = 1u << 20, kAlignment = 4096;
constexpr std::int64_t kMostBlocks = 32, kLeastBlocks = 4;
constexpr Bytes kLeastFreeBytes = 256 * kMiB;  // a full disk is left alone
constexpr std::size_t kMostPasses = 64;

class File {
 public:
  explicit File(const std::string& folder)
      : descriptor_(open(folder.c_str(), O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, 0600)),
        why_(errno) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return descriptor_; }
  std::string why() const {
    // tmpfs and some network file systems have no direct access; old ones no nameless files.
    if (why_ == EINVAL || why_ == EOPNOTSUPP || why_ == EISDIR)
      return "its file system cannot be read past the page cache";
    return std::generic_category().message(why_);
  }

 private:
  int descriptor_;
  int why_;
};

struct Free {
  void operator()(unsigned char* data) const { std::free(data); }
};
using Block = std::unique_ptr<unsigned char, Free>;

/// Data that no drive or file system can shrink; each block begins with its number.
void fill(unsigned char* block, std::uint64_t number) {
  std::uint64_t state = 0x9e3779b97f4a7c15u + number;
  for (std::size_t at = 0; at < kBlockBytes; at += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(block + at, &state, sizeof state);
  }
  std::memcpy(block, &number, sizeof number);
}

Measurement skipped(Measurement made, std::string why) {
  made.status = BenchStatus::skipped;
  made.why = std::move(why);
  return made;
}

std::int64_t write_blocks(const File& file, unsigned char* block, double end) {
  std::int64_t count = 0;
  for (; count < kMostBlocks && (count < kLeastBlocks || clock_seconds() < end); ++count) {
    fill(block, static_cast<std::uint64_t>(count));
    const auto written = pwrite(file.descriptor(), block, kBlockBytes,
                                count * static_cast<std::int64_t>(kBlockBytes));
    if (written != static_cast<ssize_t>(kBlockBytes)) return 0;
  }
  return count;
}

/// Bytes a second of one pass over the file; 0 where it cannot be read as it was written.
double read_once(const File& file, unsigned char* block, std::int64_t blocks) {
  const double start = clock_seconds();
  for (std::int64_t at = 0; at < blocks; ++at) {
    const auto got =
        pread(file.descriptor(), block, kBlockBytes, at * static_cast<std::int64_t>(kBlockBytes));
    std::uint64_t number = 0;
    std::memcpy(&number, block, sizeof number);
    if (got != static_cast<ssize_t>(kBlockBytes) || number != static_cast<std::uint64_t>(at))
      return 0.0;
  }
  const double seconds = clock_seconds() - start;
  return seconds > 0 ? static_cast<double>(blocks) * static_cast<double>(kBlockBytes) / seconds
                     : 0.0;
}

}  // namespace

Measurement measure_storage_read(const std::string& folder, double seconds) {
  Measurement made;
  made.name = "storage read";
  made.place = "storage";
  made.threads = 1;
  made.beyond_caches = true;
  if (folder.empty()) return skipped(std::move(made), "no folder on the models' storage is known");
  // Linux 6.6 and later takes O_DIRECT on a file system in memory, and reads from memory all the
  // same.
  struct statfs system {};
  if (statfs(folder.c_str(), &system) == 0 &&
      (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC))
    return skipped(std::move(made), "that folder lies in memory");
  struct statvfs volume {};
  if (statvfs(folder.c_str(), &volume) == 0 &&
      volume.f_bavail <
          static_cast<std::uint64_t>(kLeastFreeBytes) / std::max(1ul, volume.f_frsize))
    return skipped(std::move(made), "less than 256 MiB are free there");
  const File file(folder);
  if (file.descriptor() < 0) return skipped(std::move(made), file.why());
  const Block block(static_cast<unsigned char*>(std::aligned_alloc(kAlignment, kBlockBytes)));
  if (!block) return skipped(std::move(made), "no memory");
  const double start = clock_seconds();
  const std::int64_t blocks = write_blocks(file, block.get(), start + seconds / 2);
  if (blocks == 0) return skipped(std::move(made), "nothing can be written there");
  std::vector<double> rates;
  while (rates.empty() ||
         (rates.size() < kMostPasses && clock_seconds() < start + seconds && !cancelled())) {
    const double rate = read_once(file, block.get(), blocks);
    if (rate <= 0) return skipped(std::move(made), "what was written there cannot be read");
    rates.push_back(rate);
  }
  made.bytes_per_second = Range{quantile(rates, 0.1), median(rates), quantile(rates, 0.9)};
  made.samples = static_cast<std::int64_t>(rates.size());
  made.spread = spread(rates);
  made.share_now = 1.0;
  made.working_set_bytes = blocks * static_cast<Bytes>(kBlockBytes);
  made.checked = true;
  const Range& rate = *made.bytes_per_second;
  made.status =
      rate.high - rate.low > kDisagreement * rate.mid ? BenchStatus::unstable : BenchStatus::ok;
  made.why = "read just after it was written: the drive's own cache may have helped";
  return made;
}

}  // namespace weighin
