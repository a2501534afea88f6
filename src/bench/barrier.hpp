// What does it cost when all threads wait for each other?
#pragma once

#include <atomic>
#include <cstdint>

#include "bench/pool.hpp"
#include "bench/window.hpp"

namespace weighin {

/// Where the threads of a spinning engine wait for the last of them. A wait that lasts (a thread
/// has lost its core) gives the core away again and again instead of burning it.
class SpinBarrier {
 public:
  explicit SpinBarrier(std::int64_t threads) : threads_(threads) {}
  void wait();

 private:
  // Lines are fetched in pairs, so two of them lie between what is written and what is waited for.
  std::int64_t threads_;
  alignas(128) std::atomic<std::int64_t> arrived_{0};
  alignas(128) std::atomic<std::int64_t> passed_{0};
};

/// Barriers in one slice of the window that time_barriers() gives.
inline constexpr std::int64_t kBarriersPerSlice = 64;
/// Nothing but barriers, for so long: slices of the first thread (all pass as many).
Window time_barriers(Pool& pool, std::int64_t threads, double seconds);

}  // namespace weighin
