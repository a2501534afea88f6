// Which count of threads is the fastest, and which one holds beside other programs?
#include "bench/threads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace weighin {
namespace {

// Counts within this of the best are as good: fewer threads leave the machine to others.
constexpr double kAsGood = 0.98;

/// The least count whose figure is as good as the best of all whose name begins so; 0 = none.
std::int64_t best_count(const std::vector<Measurement>& list, std::string_view name) {
  double best = 0.0;
  std::int64_t threads = 0;
  for (const Measurement& each : list) {
    if (!std::string_view(each.name).starts_with(name) || !each.bytes_per_second) continue;
    best = std::max(best, each.bytes_per_second->mid);
  }
  for (const Measurement& each : list) {
    if (!std::string_view(each.name).starts_with(name) || !each.bytes_per_second) continue;
    if (each.bytes_per_second->mid < kAsGood * best) continue;
    if (threads == 0 || each.threads < threads) threads = each.threads;
  }
  return threads;
}

}  // namespace

ThreadAdvice advise_threads(const std::vector<Measurement>& list, std::int64_t cores) {
  ThreadAdvice advice;
  for (const std::string_view name : {"block", "decode", "memory read"}) {
    if (advice.best == 0) advice.best = best_count(list, name);
  }
  if (advice.best == 0) {
    advice.why = "nothing was measured that tells";
    return advice;
  }
  // An engine's threads spin at a barrier after each operation. Measured on two cores with one busy
  // loop beside: with as many threads as cores decode fell by 80 %, with one less by nothing.
  const bool all = cores > 2 && advice.best >= cores;
  advice.safe = all ? cores - 1 : advice.best;
  advice.why =
      all ? "one core less than there are: a busy neighbour on one core makes all threads wait"
      : cores > 2 ? "a core is free for others already"
                  : "there is no core to spare";
  return advice;
}

}  // namespace weighin
