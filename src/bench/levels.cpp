// How long is a level of an earlier run remembered, and what does it mean for this one?
#include "bench/levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "bench/statistics.hpp"

namespace weighin {
namespace {

constexpr double kKept = 0.9;  // of the distance to what is seen now, once there are ten runs
// A few runs say little of how runs vary: two that differ by 0.4 % may be of a figure that varies
// by 2 %. With nine chances in ten the variation is below that of the runs times this, by their number
// from two on: sqrt(v / q), q the quantile 0.1 of chi-squared with v degrees of freedom, v one less
// than the runs (https://www.itl.nist.gov/div898/handbook/eda/section3/eda358.htm). Beyond sixteen,
// fading leaves about so many to count.
constexpr std::array kBound{7.96, 3.08, 2.27, 1.94, 1.76, 1.65, 1.57, 1.51,
                            1.47, 1.43, 1.40, 1.38, 1.36, 1.34, 1.32};
// A dozen runs of a figure with a coefficient of variation of 2 % lie 3.3 standard deviations
// apart.
constexpr double kApart = 3.3 * kUncertainty;

std::optional<Range>& rate_of(Measurement& each) {
  return each.bytes_per_second ? each.bytes_per_second : each.operations_per_second;
}
const std::optional<Range>& rate_of(const Measurement& each) {
  return each.bytes_per_second ? each.bytes_per_second : each.operations_per_second;
}

bool counts(const Measurement& each) {
  return (each.status == BenchStatus::ok || each.status == BenchStatus::unstable) &&
         rate_of(each) && rate_of(each)->mid > 0.0;
}

const Measurement* find(const Measurements& list, const Measurement& like) {
  const auto found = std::find_if(list.list.begin(), list.list.end(), [&](const auto& each) {
    return counts(each) && each.name == like.name && each.place == like.place &&
           each.isa == like.isa && each.threads == like.threads && each.format == like.format &&
           each.bytes_per_second.has_value() == like.bytes_per_second.has_value();
  });
  return found == list.list.end() ? nullptr : &*found;
}

/// What the runs' variation is, and what it may be.
struct Variation {
  double seen = 0.0, at_most = 0.0;
};

/// Of two runs and more; one says nothing.
Variation variation_of(const Measurement& level) {
  const auto most = static_cast<std::int64_t>(kBound.size()) + 1;
  const std::int64_t runs = std::min(level.samples, most);
  if (runs < 2) return {};
  const auto count = static_cast<double>(runs);
  const double seen = level.spread * std::sqrt(count / (count - 1.0));
  return {seen, seen * kBound[static_cast<std::size_t>(runs - 2)]};
}

}  // namespace

Measurements remember_levels(const Measurements& now, const Measurements& earlier) {
  Measurements levels;
  for (const Measurement& each : now.list) {
    if (!counts(each)) continue;
    Measurement level = each;
    level.why.clear();
    Range& range = *rate_of(level);
    const double seen = range.mid;
    range.low = range.high = seen;
    level.samples = 1;
    level.spread = 0.0;
    if (const Measurement* before = find(earlier, each)) {
      const Range& was = *rate_of(*before);
      range.low = std::min(seen, seen + kKept * (was.low - seen));
      range.high = std::max(seen, seen + kKept * (was.high - seen));
      // Mean and variance of the runs so far; older ones fade once there are ten. What is so far off
      // that the extremes tell of it, faded as they are, begins anew.
      const bool leaps = kKept * std::abs(seen - was.mid) > kApart * seen;
      level.samples = leaps ? 1 : std::clamp<std::int64_t>(before->samples, 0, 1 << 20) + 1;
      const double share = std::max(1.0 / static_cast<double>(level.samples), 1.0 - kKept);
      const double deviation = before->spread * was.mid, step = seen - was.mid;
      // A mean is between its extremes, whatever rounding makes of it: what is not has no meaning
      // to those who read it again.
      range.mid = std::clamp(was.mid + share * step, range.low, range.high);
      level.spread =
          std::sqrt((1.0 - share) * (deviation * deviation + share * step * step)) / range.mid;
    }
    levels.list.push_back(std::move(level));
  }
  // What this run did not measure is as it was.
  for (const Measurement& each : earlier.list) {
    if (counts(each) && find(levels, each) == nullptr) levels.list.push_back(each);
  }
  return levels;
}

void widen_by_levels(Measurements& now, const Measurements& levels) {
  for (Measurement& each : now.list) {
    if (!counts(each)) continue;
    const Measurement* level = find(levels, each);
    if (level == nullptr) continue;
    Range& range = *rate_of(each);
    const Range& seen = *rate_of(*level);
    const bool apart = seen.high - seen.low > kApart * range.mid;
    const Variation variation = variation_of(*level);
    if (!apart && variation.at_most <= kUncertainty) continue;
    range.low = std::min(range.low, seen.low);
    range.high = std::max(range.high, seen.high);
    each.status = BenchStatus::unstable;
    if (!each.why.empty()) each.why += "; ";
    if (apart) {
      each.why += fmt::format("runs here lay up to {:.0f} % apart",
                              100.0 * (seen.high - seen.low) / seen.high);
    } else if (variation.seen > kUncertainty) {
      each.why += fmt::format("runs here vary by {:.1f} %", 100.0 * variation.seen);
    } else {
      each.why += fmt::format("runs here vary by {:.1f} %, as far as {} tell",
                              100.0 * variation.seen, level->samples);
    }
  }
}

}  // namespace weighin
