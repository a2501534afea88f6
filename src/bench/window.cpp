// How is a window of free-running threads judged?
//
// A sum of quantiles adds rates that may not have occurred at the same time. So a slice counts only
// if for 95 % of its time every other thread was at work as well, that is, inside a slice of
// ordinary length: a thread that loses its CPU is seen as one slice that took much longer than the
// rest.
#include "bench/window.hpp"

#include <algorithm>
#include <cstddef>

#include "bench/statistics.hpp"

namespace weighin {
namespace {

constexpr double kTogether = 0.95;
constexpr double kOrdinaryTimes = 3.0;  // of the lower quartile; a lost time slice is at least 1 ms
constexpr std::int64_t kFewSamples = 5;

/// Slices of ordinary length.
std::vector<Slice> ordinary(const std::vector<Slice>& slices) {
  std::vector<double> lengths;
  for (const Slice& slice : slices) lengths.push_back(slice.end_seconds - slice.start_seconds);
  const double longest = kOrdinaryTimes * quantile(lengths, 0.25);
  std::vector<Slice> kept;
  for (const Slice& slice : slices) {
    if (slice.end_seconds - slice.start_seconds <= longest) kept.push_back(slice);
  }
  return kept;
}

/// Takes out of `slices` those that `other` did not accompany.
void keep_accompanied(std::vector<Slice>& slices, const std::vector<Slice>& other) {
  std::size_t first = 0;
  const auto alone = [&](const Slice& slice) {
    while (first < other.size() && other[first].end_seconds <= slice.start_seconds) ++first;
    double covered = 0.0;
    for (std::size_t i = first; i < other.size() && other[i].start_seconds < slice.end_seconds;
         ++i) {
      covered += std::min(other[i].end_seconds, slice.end_seconds) -
                 std::max(other[i].start_seconds, slice.start_seconds);
    }
    return covered < kTogether * (slice.end_seconds - slice.start_seconds);
  };
  slices.erase(std::remove_if(slices.begin(), slices.end(), alone), slices.end());
}

std::vector<double> rates_of(const std::vector<Slice>& slices) {
  std::vector<double> rates;
  for (const Slice& slice : slices) {
    const double seconds = slice.end_seconds - slice.start_seconds;
    if (seconds > 0.0) rates.push_back(1.0 / seconds);
  }
  return rates;
}

}  // namespace

Window judge_window(const std::vector<std::vector<Slice>>& threads,
                    const std::vector<double>& given_seconds) {
  Window window;
  std::vector<std::vector<Slice>> busy;
  for (const auto& slices : threads) busy.push_back(ordinary(slices));
  const double count = static_cast<double>(threads.size());
  std::vector<std::vector<double>> accompanied;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    std::vector<Slice> slices = threads[i];
    for (std::size_t j = 0; j < threads.size(); ++j) {
      if (j != i) keep_accompanied(slices, busy[j]);
    }
    accompanied.push_back(rates_of(slices));
    if (static_cast<std::int64_t>(slices.size()) < kFewSamples) window.together = false;
    double seconds = 0.0;  // of work: between passes there may be a pause
    for (const Slice& slice : threads[i]) seconds += slice.end_seconds - slice.start_seconds;
    if (i < given_seconds.size()) seconds = std::max(seconds, given_seconds[i]);
    if (seconds > 0.0) window.mean_per_second += static_cast<double>(threads[i].size()) / seconds;
  }
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const std::vector<double> rates = window.together ? accompanied[i] : rates_of(threads[i]);
    window.per_second += quantile(rates, 0.9);
    window.samples += static_cast<std::int64_t>(rates.size());
    for (const double rate : rates) window.rates.push_back(rate * count);
  }
  return window;
}

}  // namespace weighin
