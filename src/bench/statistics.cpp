// How are quantiles taken?
#include "bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weighin {

// Definition 7 of Hyndman and Fan (1996), https://doi.org/10.1080/00031305.1996.10473566: what most
// statistics programs do unasked.
double quantile(std::vector<double> samples, double q) {
  if (samples.empty()) return 0.0;
  std::sort(samples.begin(), samples.end());
  const double at = std::clamp(q, 0.0, 1.0) * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, samples.size() - 1);
  return samples[below] + (samples[above] - samples[below]) * (at - std::floor(at));
}

double median(std::vector<double> samples) { return quantile(std::move(samples), 0.5); }

double spread(const std::vector<double>& samples) {
  const double middle = median(samples);
  if (middle == 0.0) return 0.0;
  return (quantile(samples, 0.9) - quantile(samples, 0.1)) / middle;
}

}  // namespace weighin
