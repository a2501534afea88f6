// What can be timed, and what does it make of itself?
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/runner.hpp"
#include "weighin/bench.hpp"

namespace weighin {

/// Something that is timed in windows and becomes a figure for each count of threads.
struct Work {
  /// Name, instruction set, format, data, and a remark (`why`); no rate yet.
  Measurement label;
  double amount = 0.0;       ///< bytes or operations in one slice
  bool operations = false;   ///< which of the two
  bool from_memory = false;  ///< the data come from memory in every window
  std::int64_t weight = 1;   ///< its windows are so many times as long as others
  std::vector<std::int64_t> threads;
  std::function<void()> fill;  ///< before each round; may be empty
  std::function<Runner::Outcome(std::int64_t threads, double seconds)> run;
};

/// A kernel's figure without a rate.
Measurement kernel_label(const kernels::Kernel& kernel, std::string_view isa);

/// 1 and all; `doubled`: 2, 4, 8 … in between as well.
std::vector<std::int64_t> thread_counts(std::int64_t most, bool doubled);

/// A kernel over the runner's data: by all threads, and by one where there is `ample` time (reading
/// memory by 1, 2, 4 … in any case: it tells where the growth ends). No `run` where the data are
/// too small.
Work kernel_work(Runner& runner, const kernels::Kernel& kernel, std::int64_t columns,
                 std::int64_t most_threads, const DataSize& size, bool ample);
/// Reading or copying within one level of the caches; a figure's name ends in " L1", " L2", " L3".
/// Empty `run` where the level cannot be told from the one below it.
struct CacheLevel {
  std::int64_t level = 0;
  Bytes bytes = 0;  ///< a thread's part of it
};
/// The levels of data caches, the first one first; `threads` share what there is.
std::vector<CacheLevel> cache_levels(const Cpu& cpu, std::int64_t threads);
Work cache_work(Runner& runner, const kernels::Kernel& kernel, const CacheLevel& level,
                Bytes below_bytes, std::int64_t most_threads);
/// "cache read L2".
std::string cache_name(const kernels::Kernel& kernel, const CacheLevel& level);

/// Barriers among 2, 4 … all threads; `run` is empty where there is one thread.
Work barrier_work(Pool& pool);

/// A whole block, its rate in bytes of weights. No `run` where it cannot be timed. `doubled`: 1, 2,
/// 4 … threads, not all alone.
Work block_work(Pool& pool, Region& region, const BlockShape& shape, const std::string& isa,
                Bytes most_bytes, const DataSize& size, bool doubled);

/// One figure in the making.
struct Entry {
  std::int64_t threads = 0;
  std::vector<Window> windows;
  bool checked = true;
};
/// Windows of a figure. Each third of the run has two: where one was disturbed, the other speaks.
inline constexpr int kRounds = 6, kThirds = 3;
/// What the windows so far come to. Neighbours only take from what memory gives, so the best window
/// is the figure there; the processor's clock goes up and down, so it is the middle one of
/// operations. Unstable where the thirds of the run disagree by more than kDisagreement, or where
/// the figure may be off by more than kUncertainty, as far as its windows tell.
Measurement conclude(const Work& work, const Entry& entry);

}  // namespace weighin
