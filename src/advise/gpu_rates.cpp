// What of our GPU kernels' rates does an engine reach, and what stands for what was not measured?
#include "advise/gpu_rates.hpp"

#include <algorithm>
#include <array>

#include "weighin/formats.hpp"

namespace weighin {
namespace {

// The engine's matrix-vector kernels against ours. In the public figures llama.cpp's Vulkan backend
// reads the weights of models of 12 GB and more at 0.8 to 0.9 of the nominal bandwidth (RTX 5090:
// 13.3 and 28.6 GB at 80.4 and 44.5 tok/s, github.com/ggml-org/llama.cpp/pull/15355), which is what
// a plain read reaches: as fast as ours may be, and never faster than memory.
constexpr double kDecodeShare = 1.0, kDecodeError = 0.30, kMemoryShare = 0.95;
// Only the read rate is known.
constexpr double kReadLow = 0.45, kReadMid = 0.80, kReadHigh = 0.95;
// Experts lie scattered, and each is small.
constexpr double kExpertsShare = 0.8, kExpertsError = 0.30;
// Matrix-matrix kernels lie further apart: on an RTX 3090 the same prompt runs at 1026 tok/s with
// plain F16, 1925 with integer dot products, 3139 and 4247 with cooperative matrices of two kinds
// (github.com/ggml-org/llama.cpp/pull/12767).
constexpr double kPrefillLow = 0.5, kPrefillHigh = 1.8;
constexpr double kExpertsPrefillShare = 0.5;
// One token's attention; the engine's kernel splits a long cache as ours does.
constexpr double kAttentionShare = 0.8, kAttentionError = 0.5, kAttentionOfRead = 0.5;
// What a value of the graph costs where nothing was measured: between models of 3.8 and 28.6 GB on
// the RTX 5090 above, and of 0.5 and 5 GB on an RX 9070 XT (issues/26663), 1.5 to 3 microseconds
// are left for each beside reading the weights. Engines fuse some of them, ours counts all.
constexpr Range kValueSeconds{0.7e-6, 2.0e-6, 6.0e-6};
constexpr double kValueLow = 0.5, kValueHigh = 2.0;
// Submitting and waiting, where it was not measured.
constexpr Range kSubmitSeconds{20e-6, 50e-6, 200e-6};
constexpr double kSubmitLow = 0.5, kSubmitHigh = 3.0;

// The block that "block dense" times (common_blocks() of weighin/bench.hpp): its weights, the bytes
// of keys and values that it reads, and its values: two norms, seven matrices, two rotations,
// attention, activation, two sums.
constexpr double kBlockWeights = 2048.0 * (2 * 2048 + 2 * 512 + 3 * 8192);
constexpr double kBlockCacheBytes = 2.0 * 2 * 8 * 64 * 1024;
constexpr double kBlockValues = 15;

/// Which measured format stands for another, at what share of its rate, and how far it may be off.
/// From an RTX 3090 (pull/21024) and a Radeon 8060S (pull/16900): bytes a second of Q4_1 as of
/// Q4_0, Q3_K 0.87 and Q2_K 0.95 of Q4_K; formats with tables to look up in (IQ) are slower.
struct Kin {
  std::string_view format, kin;
  double share, error;
};
constexpr std::array kKin{
    Kin{"Q4_1", "Q4_0", 1.00, 0.10},    Kin{"Q5_0", "Q4_0", 0.95, 0.20},
    Kin{"Q5_1", "Q4_0", 0.95, 0.20},    Kin{"IQ4_NL", "Q4_0", 0.90, 0.25},
    Kin{"MXFP4", "Q4_0", 0.90, 0.25},   Kin{"NVFP4", "Q4_0", 0.85, 0.30},
    Kin{"Q2_K", "Q4_K", 0.95, 0.20},    Kin{"Q3_K", "Q4_K", 0.87, 0.20},
    Kin{"Q5_K", "Q4_K", 1.00, 0.15},    Kin{"IQ4_XS", "Q4_K", 0.90, 0.25},
    Kin{"IQ3_S", "Q4_K", 0.75, 0.35},   Kin{"IQ3_XXS", "Q4_K", 0.75, 0.35},
    Kin{"IQ2_S", "Q4_K", 0.70, 0.35},   Kin{"IQ2_XS", "Q4_K", 0.70, 0.35},
    Kin{"IQ2_XXS", "Q4_K", 0.70, 0.35}, Kin{"IQ1_S", "Q4_K", 0.65, 0.40},
    Kin{"IQ1_M", "Q4_K", 0.65, 0.40},   Kin{"TQ1_0", "Q4_K", 0.65, 0.40},
    Kin{"TQ2_0", "Q4_K", 0.75, 0.35},   Kin{"BF16", "F16", 1.00, 0.10},
    Kin{"F32", "F16", 1.00, 0.10},      Kin{"Q4_K", "Q4_0", 0.95, 0.20},
    Kin{"Q6_K", "Q4_K", 0.95, 0.20},    Kin{"Q8_0", "F16", 1.00, 0.20},
    Kin{"Q4_0", "Q4_K", 1.00, 0.20},    Kin{"Q6_K", "Q4_0", 0.90, 0.25},
};

const Range& rate_of(const Measurement& each) {
  return each.bytes_per_second ? *each.bytes_per_second : *each.operations_per_second;
}

EngineRate of(const Measurement& measured, double share, double low, double high) {
  const Range& rate = rate_of(measured);
  EngineRate made;
  made.ours = rate.mid;
  made.rate = {rate.low * share * low, rate.mid * share, rate.high * share * high};
  made.direct = true;
  made.unstable = measured.status == BenchStatus::unstable;
  made.named = measured.name;
  return made;
}

/// Seconds of each of so many a second.
Range seconds_of(const Measurement& each, double low, double high) {
  const Range& rate = rate_of(each);
  return {low / rate.high, 1 / rate.mid, high / rate.low};
}

bool starts(std::string_view format, std::string_view word) { return format.starts_with(word); }

/// Unpacking costs more with each level of scales and tables (pull/22933: Q4_K 0.84 of Q4_0).
double unpacking_share(std::string_view format) {
  if (starts(format, "IQ") || starts(format, "TQ")) return 0.75;
  return format.ends_with("_K") ? 0.85 : 1.0;
}

}  // namespace

GpuRates::GpuRates(const Measurements& measurements, std::string place)
    : rates_(measurements, std::move(place), "", 0) {}

std::optional<EngineRate> GpuRates::decode(std::string_view format, bool experts) const {
  const Measurement* from = rates_.read("decode", format);
  double share = kDecodeShare, error = kDecodeError;
  bool direct = from != nullptr;
  for (const Kin& kin : kKin) {
    if (from != nullptr) break;
    if (kin.format != format) continue;
    from = rates_.read("decode", kin.kin);
    if (from == nullptr) continue;
    share *= kin.share;
    error += kin.error;
  }
  const Measurement* read = rates_.read();
  std::optional<EngineRate> made;
  if (from != nullptr) {
    made = of(*from, share, std::max(0.2, 1 - error), 1 + error);
    if (read != nullptr) {
      const Range& memory = *read->bytes_per_second;
      made->rate.high = std::min(made->rate.high, memory.high);
      made->rate.mid = std::min(made->rate.mid, kMemoryShare * memory.mid);
      made->rate.low = std::min(made->rate.low, made->rate.mid * (1 - kDecodeError));
      made->rate.high = std::max(made->rate.high, made->rate.mid);
    }
  } else if (read != nullptr) {
    made = of(*read, kReadMid, kReadLow / kReadMid, kReadHigh / kReadMid);
  } else {
    return std::nullopt;
  }
  made->direct = direct;
  if (experts) {
    made->rate.low *= kExpertsShare * (1 - kExpertsError);
    made->rate.mid *= kExpertsShare;
    made->direct = false;
  }
  return made;
}

std::optional<EngineRate> GpuRates::prefill(std::string_view format, bool experts) const {
  const bool plain = format == "F16" || format == "BF16" || format == "F32";
  const Measurement* f16 = rates_.read("prefill", "F16");
  const Measurement* q8 = plain ? nullptr : rates_.read("prefill", "Q8_0");
  const Measurement* from = f16;
  if (from == nullptr || (q8 != nullptr && rate_of(*q8).mid > rate_of(*f16).mid)) from = q8;
  if (from == nullptr) return std::nullopt;
  const double share = unpacking_share(format) * (experts ? kExpertsPrefillShare : 1.0);
  EngineRate made = of(*from, share, kPrefillLow, kPrefillHigh);
  made.direct = !experts && (format == "F16" || (format == "Q8_0" && q8 != nullptr));
  return made;
}

std::optional<EngineRate> GpuRates::attention() const {
  for (const char* format : {"F16", ""}) {
    const Measurement* own = rates_.read("attention f16", format);
    if (own != nullptr && own->bytes_per_second)
      return of(*own, kAttentionShare, 1 - kAttentionError, 1 + kAttentionError);
  }
  const Measurement* read = rates_.read();
  if (read == nullptr) return std::nullopt;
  EngineRate made = of(*read, kAttentionOfRead, 1 - kAttentionError, 1 + kAttentionError);
  made.direct = false;
  return made;
}

std::optional<double> GpuRates::block_value_seconds() const {
  for (const char* format : {"Q4_K", "Q4_0", "Q8_0", "F16", "Q6_K"}) {
    const Measurement* block = rates_.read("block dense", format);
    const Measurement* matrices = rates_.read("decode", format);
    const WeightFormat* known = find_weight_format(format);
    if (block == nullptr || matrices == nullptr || known == nullptr) continue;
    const double bytes = kBlockWeights * static_cast<double>(known->block_bytes) /
                         static_cast<double>(known->block_weights);
    double rest = bytes / rate_of(*block).mid - bytes / rate_of(*matrices).mid;
    const Measurement* cache = rates_.read("attention f16", "F16");
    if (cache != nullptr && cache->bytes_per_second) rest -= kBlockCacheBytes / rate_of(*cache).mid;
    return std::max(0.0, rest) / kBlockValues;
  }
  return std::nullopt;
}

Range GpuRates::value_seconds() const {
  const Measurement* dispatch = rates_.read("dispatch");
  const auto block = block_value_seconds();
  if (dispatch == nullptr && !block) return kValueSeconds;
  const double one = dispatch == nullptr ? 0.0 : 1 / rate_of(*dispatch).mid;
  const double mid = std::max(one, block.value_or(0.0));
  return {kValueLow * (one > 0 ? std::min(one, mid) : mid), mid, kValueHigh * mid};
}

Range GpuRates::submit_seconds() const {
  const Measurement* submit = rates_.read("submit");
  return submit == nullptr ? kSubmitSeconds : seconds_of(*submit, kSubmitLow, kSubmitHigh);
}

std::optional<Range> GpuRates::transfer(std::string_view name) const {
  const Measurement* link = rates_.read(name);
  if (link == nullptr || !link->bytes_per_second) return std::nullopt;
  return link->bytes_per_second;
}

}  // namespace weighin
