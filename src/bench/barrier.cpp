// How do threads wait for each other without sleeping?
//
// As ggml_barrier() of llama.cpp (ggml/src/ggml-cpu/ggml-cpu.c): a counter of those who arrived, a
// number of barriers passed, and a loop with the processor's own word for waiting.
#include "bench/barrier.hpp"

#include <sched.h>

#include <deque>
#include <vector>

#include "bench/clock.hpp"

namespace weighin {
namespace {

// Some 10 ms of x86's `pause` (20-140 cycles each). Beside busy neighbours a thread that gives its
// core away at once is gone when the others come back: threads then hardly ever run at the same
// time.
constexpr int kSpins = 200000;
constexpr std::size_t kMostSlices = 4096, kLeastSlices = 4;

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

void SpinBarrier::wait() {
  if (threads_ < 2) return;
  const std::int64_t passed = passed_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
    arrived_.store(0, std::memory_order_relaxed);
    passed_.store(passed + 1, std::memory_order_release);
    return;
  }
  for (int spins = 0; passed_.load(std::memory_order_acquire) == passed;) {
    if (++spins < kSpins) {
      relax();
    } else {
      sched_yield();
    }
  }
}

Window time_barriers(Pool& pool, std::int64_t threads, double seconds) {
  // One after the other, each in lines of its own: how far a line's home in the processor's mesh is
  // from the cores differs by its address, and one address alone gave figures 12 % apart
  // (coefficient of variation of 20 runs, two cores of a Xeon guest).
  std::deque<SpinBarrier> barriers;
  for (std::int64_t i = 0; i < kBarriersPerSlice; ++i) barriers.emplace_back(threads);
  SpinBarrier& last = barriers.front();
  std::atomic<bool> ended{false};
  std::vector<Slice> slices;
  slices.reserve(kMostSlices);
  const double called = clock_seconds();
  pool.run(threads, [&](std::int64_t index) {
    double now = clock_seconds();
    for (;;) {
      for (SpinBarrier& barrier : barriers) barrier.wait();
      if (index == 0) {
        const double end = clock_seconds();
        slices.push_back({now, end});
        if ((end >= called + seconds && slices.size() >= kLeastSlices) ||
            slices.size() == kMostSlices) {
          ended.store(true, std::memory_order_release);
        }
        now = end;
      }
      last.wait();  // all have the same answer to whether it is over
      const bool over = ended.load(std::memory_order_acquire);
      last.wait();
      if (over) return;
    }
  });
  return judge_window({slices}, {slices.empty() ? 0.0 : slices.back().end_seconds - called});
}

}  // namespace weighin
