// How fast does the storage give a file that is not in memory?
//
// Past the page cache, one block after another, as a file is read that is opened for the first
// time, in windows spread over the run: a guest's disk gave 1.4 GB/s, and 1.0 for half a second now
// and then, as its host's other guests read. A drive may answer from its own cache what was written
// a moment ago: the figure says so.
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
constexpr std::size_t kMostSlices = 4096;

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

/// The file, and where the next window goes on.
class Reader {
 public:
  /// Writes the blocks; fewer of them where they take longer than `seconds`.
  Reader(const std::string& folder, double seconds)
      : file_(folder),
        block_(static_cast<unsigned char*>(std::aligned_alloc(kAlignment, kBlockBytes))) {
    if (file_.descriptor() < 0) {
      why_not_ = file_.why();
    } else if (!block_) {
      why_not_ = "no memory";
    } else if (!write_all(clock_seconds() + seconds)) {
      why_not_ = "nothing can be written there";
    } else if (!read_next()) {
      why_not_ = "what was written there cannot be read";
    }
    slices_.reserve(kMostSlices);
  }
  const std::string& why_not() const { return why_not_; }
  Bytes bytes() const { return blocks_ * static_cast<Bytes>(kBlockBytes); }

  /// Reads on until the time is over, one block at least.
  Runner::Outcome window(double seconds) {
    slices_.clear();
    Runner::Outcome outcome{{}, true};
    const double start = clock_seconds();
    for (double now = start; outcome.checked;) {
      outcome.checked = read_next();
      const double end = clock_seconds();
      slices_.push_back(end - now);
      now = end;
      if (now >= start + seconds || slices_.size() == kMostSlices || cancelled()) break;
    }
    outcome.window = judge();
    return outcome;
  }

 private:
  bool write_all(double end) {
    for (; blocks_ < kMostBlocks && (blocks_ < kLeastBlocks || clock_seconds() < end); ++blocks_) {
      fill(block_.get(), static_cast<std::uint64_t>(blocks_));
      const auto written = pwrite(file_.descriptor(), block_.get(), kBlockBytes, bytes());
      if (written != static_cast<ssize_t>(kBlockBytes)) return false;
    }
    return true;
  }

  /// Whether the next block could be read as it was written.
  bool read_next() {
    const std::int64_t at = next_;
    next_ = (next_ + 1) % blocks_;
    const auto got = pread(file_.descriptor(), block_.get(), kBlockBytes,
                           at * static_cast<std::int64_t>(kBlockBytes));
    std::uint64_t number = 0;
    std::memcpy(&number, block_.get(), sizeof number);
    return got == static_cast<ssize_t>(kBlockBytes) && number == static_cast<std::uint64_t>(at);
  }

  /// A model is read as fast as most of its blocks are: a middle, not what the best ones gave.
  Window judge() const {
    Window window;
    double sum = 0.0;
    for (const double seconds : slices_) {
      sum += seconds;
      if (seconds > 0.0) window.rates.push_back(1.0 / seconds);
    }
    window.per_second = median(window.rates);
    window.mean_per_second = sum > 0.0 ? static_cast<double>(slices_.size()) / sum : 0.0;
    window.samples = static_cast<std::int64_t>(window.rates.size());
    return window;
  }

  File file_;
  Block block_;
  std::string why_not_;
  std::int64_t blocks_ = 0, next_ = 0;
  std::vector<double> slices_;
};

/// Why no file is to be written there; "" = it may be.
std::string unfit(const std::string& folder) {
  if (folder.empty()) return "no folder on the models' storage is known";
  // Linux 6.6 and later takes O_DIRECT on a file system in memory, and reads from memory all the
  // same.
  struct statfs system {};
  if (statfs(folder.c_str(), &system) == 0 &&
      (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC))
    return "that folder lies in memory";
  struct statvfs volume {};
  if (statvfs(folder.c_str(), &volume) == 0 &&
      volume.f_bavail <
          static_cast<std::uint64_t>(kLeastFreeBytes) / std::max(1ul, volume.f_frsize))
    return "less than 256 MiB are free there";
  return {};
}

}  // namespace

Work storage_work(const std::string& folder, double seconds) {
  Work work;
  work.label.name = "storage read";
  work.label.place = "storage";
  work.label.beyond_caches = true;
  work.label.why = unfit(folder);
  if (!work.label.why.empty()) return work;
  const auto reader = std::make_shared<Reader>(folder, seconds);
  work.label.why = reader->why_not();
  if (!work.label.why.empty()) return work;
  work.label.why = "read just after it was written: the drive's own cache may have helped";
  work.label.working_set_bytes = reader->bytes();
  work.amount = static_cast<double>(kBlockBytes);
  work.from_memory = true;  // as there: others can only take from it
  work.threads = {1};
  work.run = [reader](std::int64_t, double window_seconds) {
    return reader->window(window_seconds);
  };
  return work;
}

}  // namespace weighin
