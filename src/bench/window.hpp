// What did the threads reach in one window of time?
//
// Threads run free over small slices and note when each began and ended. A high quantile over
// slices tells what the hardware can do, even beside busy neighbours; the mean tells what it gives
// now.
#pragma once

#include <cstdint>
#include <vector>

namespace weighin {

/// One slice of work of one thread.
struct Slice {
  double start_seconds = 0.0, end_seconds = 0.0;
};

struct Window {
  double per_second =
      0.0;  ///< slices: what the hardware can do (sum of each thread's 90th percentile)
  double mean_per_second = 0.0;  ///< slices: what it gave
  std::int64_t samples = 0;      ///< slices that ran beside all other threads
  bool together =
      true;  ///< false: threads hardly ever ran at the same time; per_second may be too high
  std::vector<double> rates;  ///< of those slices, each as if all threads ran at its speed
};

/// Judges the slices of all threads (one list a thread, in order of time). `given_seconds` is the
/// time that each thread should have had, from when it was called: a thread that waited for its
/// core before its first slice lost that time too. Empty = the time of its slices.
Window judge_window(const std::vector<std::vector<Slice>>& threads,
                    const std::vector<double>& given_seconds = {});

}  // namespace weighin
