// What is the middle of some samples, and how far apart do they lie?
#pragma once

#include <vector>

namespace weighin {

/// The value below which the share `q` (0…1) of the samples lies, between two samples by
/// proportion; 0 where there is no sample.
double quantile(std::vector<double> samples, double q);
double median(std::vector<double> samples);
/// (p90 - p10) / median; 0 where the median is 0.
double spread(const std::vector<double>& samples);

/// Rates of one run that lie further apart than this share of their middle are `unstable`.
inline constexpr double kDisagreement = 0.10;
/// So are those whose windows leave it open whether the figure is off by more than this share.
inline constexpr double kUncertainty = 0.02;

}  // namespace weighin
