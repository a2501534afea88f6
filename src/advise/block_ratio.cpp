// What do the parts of a block add up to?
#include "advise/block_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "weighin/formats.hpp"

namespace weighin {
namespace {

// Barriers of a dense block (src/bench/block.cpp), and what the figure of attention counts: 2
// multiply-adds for a byte of the cache (4 queries, 16-bit values).
constexpr double kBarriers = 24.0, kProductsPerByte = 2.0;

// Two cores of an EPYC (Zen 5, KVM guest): 0.98 to 1.45 over 24 runs, nine in ten within a quarter
// of the middle (1.17). So much is noise; only what lies beyond corrects a prediction.
constexpr double kNoise = 0.25;

std::optional<double> figure(const Measurements& measurements, std::string_view name,
                             std::int64_t threads) {
  for (const Measurement& each : measurements.list) {
    if (each.place != "cpu" || each.name != name || each.threads != threads) continue;
    if (each.status != BenchStatus::ok && each.status != BenchStatus::unstable) continue;
    const auto& rate = each.bytes_per_second ? each.bytes_per_second : each.operations_per_second;
    if (rate && std::isfinite(rate->mid) && rate->mid > 0.0) return rate->mid;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> block_ratio(const Measurements& measurements) {
  const BlockShape shape = common_blocks().front();
  const auto block = std::find_if(measurements.list.begin(), measurements.list.end(),
                                  [&](const Measurement& each) {
                                    return each.name == "block " + shape.name &&
                                           each.bytes_per_second.has_value() && each.threads > 1;
                                  });
  const WeightFormat* format = find_weight_format(shape.format);
  if (block == measurements.list.end() || format == nullptr) return std::nullopt;
  const std::int64_t threads = block->threads;
  const auto measured = figure(measurements, block->name, threads);
  const auto decode = figure(measurements, "decode q4_k", threads);
  const auto attention = figure(measurements, "attention f16", threads);
  const auto barrier = figure(measurements, "barrier", threads);
  if (!measured || !decode || !attention || !barrier) return std::nullopt;
  const double wide = static_cast<double>(shape.heads * shape.head_size);
  const double narrow = static_cast<double>(shape.kv_heads * shape.head_size);
  const double embedding = static_cast<double>(shape.embedding);
  const double weights =
      embedding * (2.0 * wide + 2.0 * narrow + 3.0 * static_cast<double>(shape.feed_forward));
  const double bytes = weights * format->bits_per_weight() / 8.0;
  const double products = 2.0 * wide * static_cast<double>(shape.depth);
  const double sum =
      bytes / *decode + products / kProductsPerByte / *attention + kBarriers / *barrier;
  return bytes / *measured / sum;
}

BlockCorrection block_correction(std::optional<double> here, double usual) {
  BlockCorrection made;
  if (!here || usual <= 0.0) return made;
  const double off = *here / usual;
  const double noise = 1.0 + kNoise;
  made.factor = off > noise ? off / noise : off < 1.0 / noise ? off * noise : 1.0;
  // What was corrected, and what was taken for noise, may each be the truth.
  const double doubt = std::fabs(off - 1.0) / 2.0;
  (off > 1.0 ? made.above : made.below) = std::min(doubt, 0.5);
  return made;
}

}  // namespace weighin
