// How is a rate found for a format that was not measured itself?
#include "advise/rates.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace weighin {
namespace {

// Only the plain read rate is known: the share of it that whole models reached on one machine was
// 0.39 (SmolLM2-135M) to 0.81 (TinyLlama-1.1B), 0.66 in the middle.
constexpr double kReadLow = 0.39, kReadMid = 0.66, kReadHigh = 0.85;
// A format for which no profile was measured runs between two fifths of our kernel's rate and a
// third more than it: wider than what a profile of another maker's cores comes to.
constexpr EngineShare kAnyShare{0.85, 0.60, false};
// No engine reads its weights faster than memory gives them: of the faster of our plain read and
// our own decode, llama.cpp reached up to 0.93 (Q8_0, 2 threads, AVX-512 VNNI).
constexpr double kMemoryShare = 0.95, kMemoryError = 0.15;
// What a kin's rate may be off by beside the profile's own error: Llama-3.2-1B's rates by format
// differ from their kin's by up to a quarter after the factors of kKin.
constexpr double kKinError = 0.25;
// Attention where it was not measured: llama.cpp went through a cache of f16 at 6.5 to 7 GB/s where
// the read rate was 46 to 56 GB/s, with 4 queries to a KV head (Llama-3.2-1B 46 -> 31 tok/s and
// Qwen3-0.6B 69 -> 21 tok/s at a depth of 2048): it is bound by arithmetic.
constexpr double kAttentionShare = 0.13, kAttentionError = 0.4;
// Multiply-adds to a byte of such a cache: 4 queries, 2 bytes.
constexpr double kProductsPerByte = 2.0;

/// Which measured format stands for another, and at what share of its rate.
struct Kin {
  std::string_view format, kin;
  double share;
};
// From llama.cpp's decode of Llama-3.2-1B, 2 threads, GB/s of weights: Q4_0 35.3, Q4_K_M 36.9,
// Q5_K_M 30.4, Q6_K 32.5, Q8_0 37.9, IQ4_XS 25.7, Q2_K 26.9, F16 39.8. Formats without a figure
// take the one of their family with the next number of bits. The first kin of a format is the one
// that its rows in the engine's profile are relative to: it is measured in every run.
constexpr std::array kKin{
    Kin{"Q4_1", "Q4_0", 0.90},   Kin{"Q5_0", "Q4_0", 0.80},   Kin{"Q5_1", "Q4_0", 0.80},
    Kin{"Q3_K", "Q4_0", 0.76},   Kin{"Q2_K", "Q4_0", 0.76},   Kin{"IQ4_XS", "Q4_0", 0.73},
    Kin{"IQ4_NL", "Q4_0", 0.80}, Kin{"IQ3_S", "Q4_0", 0.60},  Kin{"IQ3_XXS", "Q4_0", 0.60},
    Kin{"IQ2_S", "Q4_0", 0.50},  Kin{"IQ2_XS", "Q4_0", 0.50}, Kin{"IQ2_XXS", "Q4_0", 0.50},
    Kin{"IQ1_S", "Q4_0", 0.50},  Kin{"IQ1_M", "Q4_0", 0.50},  Kin{"TQ1_0", "Q4_0", 0.60},
    Kin{"TQ2_0", "Q4_0", 0.70},  Kin{"MXFP4", "Q4_0", 0.80},  Kin{"NVFP4", "Q4_0", 0.80},
    Kin{"BF16", "F16", 0.95},    Kin{"F32", "F16", 1.00},     Kin{"Q8_K", "Q8_0", 1.00},
    Kin{"Q4_K", "Q4_0", 1.00},   Kin{"Q5_K", "Q4_0", 0.86},   Kin{"Q6_K", "Q8_0", 0.86},
    Kin{"Q8_0", "Q4_0", 1.00},   Kin{"Q4_0", "Q8_0", 0.90},   Kin{"F16", "Q8_0", 1.00},
};

// Formats whose kernels every run measures: their rows are relative to themselves.
constexpr std::array<std::string_view, 6> kMeasured{"F16", "Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"};

// The engine's own decode kernels reached up to 1.16 of ours (docs/accuracy.md, Kernels).
constexpr double kMostOfDecode = 1.1;

/// What is left of a share that may be off by `error`: less than a half is as unlikely as twice as
/// much and more.
double least_share(double error) { return std::max(1 - error, 1 / (1 + 2 * error)); }

/// The rate of cores before a memory of that rate (EngineProfile::sharpness).
double bounded(double cores, double memory, double sharpness) {
  if (sharpness <= 0.0) return std::min(cores, memory);
  return cores / std::pow(1.0 + std::pow(cores / memory, sharpness), 1.0 / sharpness);
}

const Kin* kin_of(std::string_view format) {
  const auto found = std::find_if(kKin.begin(), kKin.end(),
                                  [&](const Kin& each) { return each.format == format; });
  return found == kKin.end() ? nullptr : &*found;
}

std::string_view base_of(std::string_view format) {
  if (std::find(kMeasured.begin(), kMeasured.end(), format) != kMeasured.end()) return format;
  const Kin* kin = kin_of(format);
  return kin != nullptr ? kin->kin : format;
}

bool usable(const std::optional<Range>& rate) {
  return rate && std::isfinite(rate->low) && std::isfinite(rate->high) && rate->low > 0 &&
         rate->mid >= rate->low && rate->high >= rate->mid;
}

const Range& rate_of(const Measurement& each) {
  return each.bytes_per_second ? *each.bytes_per_second : *each.operations_per_second;
}

std::string_view kernel_of(EnginePart part) {
  switch (part) {
    case EnginePart::decode:
    case EnginePart::decode_experts:
      return "decode";
    case EnginePart::prefill:
    case EnginePart::prefill_experts:
      return "prefill";
    case EnginePart::attention:
      return "attention f16";
    case EnginePart::attention_batch:
      return "attention prefill f16";
  }
  return "";
}

}  // namespace

Rates::Rates(const Measurements& measurements, std::string place, std::string engine,
             std::int64_t threads)
    : measurements_(measurements),
      place_(std::move(place)),
      engine_(std::move(engine)),
      threads_(threads) {}

Rates::Rates(const Measurements& measurements, const SpeedQuestion& question)
    : measurements_(measurements),
      place_(question.place),
      engine_(question.runtime),
      threads_(question.threads),
      repack_(question.repack),
      vendor_(question.vendor),
      microarchitecture_(question.microarchitecture) {}

EngineHost Rates::host(std::string_view isa) const {
  return {engine_, isa, repack_, vendor_, microarchitecture_};
}

Rates::Found Rates::best(std::string_view name, std::string_view format) const {
  Found exact, other;
  for (const Measurement& each : measurements_.list) {
    if (each.place != place_ || each.format != format || !each.name.starts_with(name)) continue;
    if (each.status != BenchStatus::ok && each.status != BenchStatus::unstable) continue;
    if (!usable(each.bytes_per_second) && !usable(each.operations_per_second)) continue;
    Found& kept = threads_ <= 0 || each.threads == threads_ ? exact : other;
    if (kept.at == nullptr || rate_of(each).mid > rate_of(*kept.at).mid) kept.at = &each;
  }
  if (exact.at != nullptr) return exact;
  // Fewer threads than were measured: their share of it; more gain nothing that is known.
  if (other.at != nullptr && other.at->threads > 0)
    other.factor =
        std::min(1.0, static_cast<double>(threads_) / static_cast<double>(other.at->threads));
  return other;
}

const Measurement* Rates::read(std::string_view name, std::string_view format) const {
  return best(name, format).at;
}

std::string Rates::isa() const {
  for (const Measurement& each : measurements_.list) {
    if (each.place == place_ && !each.isa.empty() &&
        (usable(each.bytes_per_second) || usable(each.operations_per_second)))
      return each.isa;
  }
  return "";
}

EngineRate Rates::scaled(const Found& found, const EngineShare& share, bool direct) const {
  const Range& rate = rate_of(*found.at);
  const double by = found.factor * share.share;
  EngineRate made;
  made.ours = rate.mid * found.factor;
  made.rate = {rate.low * by * least_share(share.error), rate.mid * by,
               rate.high * by * (1 + share.error)};
  made.direct = direct;
  made.unstable = found.at->status == BenchStatus::unstable;
  made.named = found.at->name;
  return made;
}

std::optional<Range> Rates::by_reading(std::string_view format, const EngineShare& row) const {
  const auto one = std::find_if(measurements_.list.begin(), measurements_.list.end(),
                                [&](const Measurement& each) {
                                  return each.place == place_ && each.name == "memory read" &&
                                         each.threads == 1 && usable(each.bytes_per_second);
                                });
  const Found own = best("decode", base_of(format));
  if (one == measurements_.list.end() || row.of_read <= 0 || own.at == nullptr) return std::nullopt;
  const double by = row.of_read * static_cast<double>(own.at->threads) * own.factor;
  // Our decode kernels are at least as fast as the engine's: no engine is much faster.
  const double most = kMostOfDecode * rate_of(*own.at).mid * own.factor;
  const Range& rate = *one->bytes_per_second;
  const double mid = std::min(rate.mid * by, most);
  return Range{std::min(rate.low * by, most) * least_share(row.error), mid,
               std::max(mid, rate.high * by) * (1 + row.error)};
}

std::optional<EngineRate> Rates::by_arithmetic(std::string_view format, EnginePart part,
                                               double bytes_per_operation) const {
  const Found base = best("prefill", base_of(format));
  if (base.at == nullptr || bytes_per_operation <= 0) return std::nullopt;
  const auto row = engine_share(host(base.at->isa), format, part);
  if (!row) return std::nullopt;
  EngineRate made = scaled(base, *row, true);
  made.ours *= bytes_per_operation;
  for (double* each : {&made.rate.low, &made.rate.mid, &made.rate.high})
    *each *= bytes_per_operation;
  if (!row->measured) {
    if (const auto by = by_reading(format, *row)) made.rate = *by;
  }
  Range limit{0, 0, 0};
  for (const Found& memory : {best("memory read", ""), best("decode", base_of(format))}) {
    if (memory.at == nullptr) continue;
    const Range& rate = rate_of(*memory.at);
    if (rate.mid * memory.factor > limit.mid)
      limit = {rate.low * memory.factor, rate.mid * memory.factor, rate.high * memory.factor};
  }
  if (limit.mid <= 0) return made;
  made.memory = kMemoryShare * limit.mid;
  made.rate = {
      bounded(made.rate.low, kMemoryShare * limit.low * (1 - kMemoryError), row->sharpness),
      bounded(made.rate.mid, made.memory, row->sharpness),
      bounded(made.rate.high, limit.high, row->sharpness)};
  return made;
}

std::optional<EngineRate> Rates::matrix(std::string_view format, EnginePart part,
                                        double bytes_per_operation) const {
  const std::string_view kernel = kernel_of(part);
  const bool decode = kernel == "decode";
  if (decode) {
    if (auto made = by_arithmetic(format, part, bytes_per_operation)) return made;
  }
  const auto share_of = [&](const Found& found, std::string_view of) {
    return decode ? std::nullopt : engine_share(host(found.at->isa), of, part);
  };
  if (const Found base = best(kernel, base_of(format)); base.at != nullptr) {
    if (const auto row = share_of(base, format)) return scaled(base, *row, true);
  }
  if (const Found own = best(kernel, format); own.at != nullptr)
    return scaled(own, share_of(own, format).value_or(kAnyShare), true);
  if (const Kin* kin = kin_of(format)) {
    if (const Found found = best(kernel, kin->kin); found.at != nullptr) {
      EngineShare share = share_of(found, kin->kin).value_or(kAnyShare);
      share.share *= kin->share;
      share.error += kKinError;
      return scaled(found, share, false);
    }
  }
  if (decode) {
    if (const Found found = best("memory read", ""); found.at != nullptr) {
      const Range& rate = rate_of(*found.at);
      const double by = found.factor;
      return EngineRate{
          rate.mid * by,
          {rate.low * by * kReadLow, rate.mid * by * kReadMid, rate.high * by * kReadHigh},
          false,
          found.at->status == BenchStatus::unstable,
          found.at->name};
    }
  }
  return std::nullopt;
}

std::optional<EngineRate> Rates::attention(bool batch) const {
  const EnginePart part = batch ? EnginePart::attention_batch : EnginePart::attention;
  if (const Found own = best(kernel_of(part), "F16"); own.at != nullptr) {
    EngineRate rate =
        scaled(own, engine_share(host(own.at->isa), "F16", part).value_or(kAnyShare), true);
    // Two operations are one multiply-add.
    const double factor = own.at->bytes_per_second ? kProductsPerByte : 0.5;
    rate.ours *= factor;
    for (double* each : {&rate.rate.low, &rate.rate.mid, &rate.rate.high}) *each *= factor;
    return rate;
  }
  if (batch) return attention(false);
  Found found = best("memory read", "");
  if (found.at == nullptr) found = best("decode", "F16");
  if (found.at == nullptr) return std::nullopt;
  const Measurement* plain = found.at;
  // A GPU's attention is bound by memory, as its weights are.
  const double share = place_ == "cpu" ? kAttentionShare : 0.5;
  const Range& rate = rate_of(*plain);
  const double mid = rate.mid * found.factor * share * kProductsPerByte;
  return EngineRate{mid,
                    {mid * (1 - kAttentionError), mid, mid * (1 + kAttentionError)},
                    false,
                    plain->status == BenchStatus::unstable,
                    plain->name};
}

}  // namespace weighin
