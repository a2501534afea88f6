// How is a kernel run and timed?
#pragma once

#include <cstdint>
#include <vector>

#include "bench/pool.hpp"
#include "bench/region.hpp"
#include "bench/window.hpp"
#include "kernels/workload.hpp"

namespace weighin {

/// One kernel's work, cut into slices.
struct Job {
  kernels::Workload work;
  std::int64_t repeats = 1;  ///< patterns in a slice
  std::int64_t slices = 0;   ///< in the region
  bool cold = false;         ///< caches are flushed before every pass over the data
  /// Each thread stays with its first slice, which its own caches hold, and goes through it so many
  /// times before it looks at the clock.
  bool resident = false;
  std::int64_t turns = 1;
  /// Attention: heads whose keys lie side by side in one cell; a slice is one head of a block of
  /// so many slices.
  std::int64_t heads = 1;
  Bytes slice_bytes() const { return repeats * static_cast<Bytes>(work.pattern.size()); }
  double bytes_per_slice() const;  ///< moved, as the kernel states it
  double operations_per_slice() const;
  /// The task over slice `index` of data that begin at `data`.
  kernels::KernelTask task(unsigned char* data, std::int64_t index) const;
};

/// A pool and the data that it works on.
class Runner {
 public:
  /// `cold`: flush the caches before every pass, where the processor can.
  Runner(Pool& pool, Region& region, bool cold);

  /// Cuts the kernel's work into slices that fit the region at least twice for each thread; 0
  /// slices where they do not.
  Job make_job(const kernels::Kernel& kernel, std::int64_t columns) const;

  /// As much of the work as lies in `bytes` (a copy: where it goes, too), gone through by each
  /// thread in data of its own, over and over; 0 slices where the region is too small.
  Job make_cache_job(const kernels::Kernel& kernel, Bytes bytes) const;

  Bytes room_per_thread() const { return region_.bytes() / pool_.size(); }

  /// Writes the job's data over the region, each thread its own part.
  void fill(const Job& job);

  struct Outcome {
    Window window;
    bool checked = false;  ///< every thread's last result agreed with the reference
  };
  /// Lets `threads` threads go through the data for so long, and longer where a slice is slow. A
  /// kernel that has two ways takes them in turn; the window is that of the faster one.
  Outcome run(const Job& job, std::int64_t threads, double seconds);

 private:
  static constexpr std::int64_t kMostWays = 2;
  struct alignas(64) Lane {
    std::vector<Slice> slices[kMostWays];
    double given_seconds[kMostWays] = {};  ///< from each call to the end of its last slice
    std::vector<float> results;
    std::int64_t position = 0;  ///< where the next window goes on
    unsigned char* last_target = nullptr;
    std::uint64_t sum = 0;
  };
  void fill_heads(const Job& job, std::int64_t index) const;
  void pass(const Job& job, std::int64_t threads, std::int64_t index, std::int64_t way,
            double deadline);
  void flush_all(const Job& job, std::int64_t index) const;
  bool agrees(const Job& job, const Lane& lane) const;

  Pool& pool_;
  Region& region_;
  bool cold_;
  std::vector<Lane> lanes_;
};

}  // namespace weighin
