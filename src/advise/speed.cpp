// How long does one token take, by the measured rate of each weight format?
//
// seconds = sum over formats of bytes / measured decode rate + attention over the filled cells of
// the KV cache + a cost for each layer. `high` is with an empty cache, `mid` after the prompt,
// `low` at half of the context; the ends also take the spread of the samples and the model's own
// error.
#include "advise/speed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace weighin {
namespace {

// How far a real engine's matrix work is from the rate of the kernel of the same format: graph work
// between the matrices, norms, rotary embedding. Taken from runs of llama.cpp on 21 models (2
// threads, quiet machine) against the read rate in the same minute: weights of 1B and above ran at
// 0.66 to 0.81 of it for Q4_K_M, 0.68 for Q4_0, 0.71 for Q8_0, 0.74 for F16.
constexpr double kDirectLow = 0.80;
constexpr double kDirectHigh = 1.08;
// Where a kin's rate stands in: Llama-3.2-1B's rates by format differ from their kin's by up to a
// quarter after the factors of kKin.
constexpr double kKinLow = 0.70;
constexpr double kKinHigh = 1.20;
// Only the plain read rate is known: the share of it that whole models reached in the same runs was
// 0.39 (SmolLM2-135M) to 0.81 (TinyLlama-1.1B), 0.66 in the middle.
constexpr double kReadLow = 0.39, kReadMid = 0.66, kReadHigh = 0.85;
// Attention on a CPU went through the cache at 6.5 to 7 GB/s where the read rate was 46 to 56 GB/s
// (Llama-3.2-1B 46 -> 31 tok/s and Qwen3-0.6B 69 -> 21 tok/s at a depth of 2048): it is bound by
// arithmetic, not by memory.
constexpr double kAttentionShareLow = 0.10, kAttentionShareMid = 0.13;
// What a layer costs beside its bytes (thread barriers, small operations): SmolLM2-135M 90 us,
// Qwen3-0.6B 136 us, models above 1B not to be told from zero.
constexpr double kLayerSecondsLow = 20e-6, kLayerSecondsMid = 80e-6, kLayerSecondsHigh = 150e-6;

/// Which measured format stands for another, and at what share of its rate.
struct Kin {
  std::string_view format, kin;
  double share;
};
// From llama.cpp's decode of Llama-3.2-1B, 2 threads, GB/s of weights: Q4_0 35.3, Q4_K_M 36.9,
// Q5_K_M 30.4, Q6_K 32.5, Q8_0 37.9, IQ4_XS 25.7, Q2_K 26.9, F16 39.8. Formats without a figure
// take the one of their family with the next number of bits.
constexpr std::array kKin{
    Kin{"Q4_K", "Q4_0", 1.00},   Kin{"Q4_1", "Q4_0", 0.90},   Kin{"Q5_0", "Q4_0", 0.80},
    Kin{"Q5_1", "Q4_0", 0.80},   Kin{"Q5_K", "Q4_0", 0.86},   Kin{"Q6_K", "Q8_0", 0.86},
    Kin{"Q3_K", "Q4_0", 0.76},   Kin{"Q2_K", "Q4_0", 0.76},   Kin{"IQ4_XS", "Q4_0", 0.73},
    Kin{"IQ4_NL", "Q4_0", 0.80}, Kin{"IQ3_S", "Q4_0", 0.60},  Kin{"IQ3_XXS", "Q4_0", 0.60},
    Kin{"IQ2_S", "Q4_0", 0.50},  Kin{"IQ2_XS", "Q4_0", 0.50}, Kin{"IQ2_XXS", "Q4_0", 0.50},
    Kin{"IQ1_S", "Q4_0", 0.50},  Kin{"IQ1_M", "Q4_0", 0.50},  Kin{"TQ1_0", "Q4_0", 0.60},
    Kin{"TQ2_0", "Q4_0", 0.70},  Kin{"MXFP4", "Q4_0", 0.80},  Kin{"NVFP4", "Q4_0", 0.80},
    Kin{"BF16", "F16", 0.95},    Kin{"F32", "F16", 1.00},     Kin{"Q8_K", "Q8_0", 1.00},
    Kin{"Q8_0", "Q4_0", 1.00},   Kin{"Q4_0", "Q8_0", 0.90},   Kin{"F16", "Q8_0", 1.00},
};

// llama.cpp's prefill of Llama-3.2-1B, 128 tokens, 2 threads, tokens/s: Q4_0 257, Q4_K_M 187,
// IQ4_XS 176, Q8_0 139, Q2_K 112, Q6_K 90, Q5_K_M 70: a kin's rate says little, so that its range
// is wide.
constexpr double kPrefillKin = 0.6;

bool usable(const std::optional<Range>& rate) {
  return rate && std::isfinite(rate->low) && std::isfinite(rate->high) && rate->low > 0 &&
         rate->mid >= rate->low && rate->high >= rate->mid;
}

/// A rate with how far it may be trusted.
struct Rate {
  Range bytes_per_second;
  bool direct = false;  ///< of this very format
  bool unstable = false;
};

class Rates {
 public:
  Rates(const Measurements& measurements, const std::string& place) {
    for (const Measurement& each : measurements.list) {
      if (each.place != place || !usable(each.bytes_per_second)) continue;
      if (each.status != BenchStatus::ok && each.status != BenchStatus::unstable) continue;
      if (!each.format.empty() && each.name.rfind("decode", 0) == 0) decode_.push_back(&each);
      if (each.format.empty() && each.name.rfind("memory read", 0) == 0) read_.push_back(&each);
    }
  }

  /// The fastest measured figure of reading memory.
  const Measurement* read() const { return best(read_, ""); }

  std::optional<Rate> of(const std::string& format) const {
    if (const Measurement* own = best(decode_, format)) {
      return scaled(*own, Range{kDirectLow, 1.0, kDirectHigh}, true);
    }
    for (const Kin& kin : kKin) {
      if (kin.format != format) continue;
      if (const Measurement* measured = best(decode_, kin.kin)) {
        return scaled(*measured, Range{kin.share * kKinLow, kin.share, kin.share * kKinHigh},
                      false);
      }
    }
    if (const Measurement* measured = read()) {
      return scaled(*measured, Range{kReadLow, kReadMid, kReadHigh}, false);
    }
    return std::nullopt;
  }

 private:
  static const Measurement* best(const std::vector<const Measurement*>& list,
                                 std::string_view format) {
    const Measurement* best = nullptr;
    for (const Measurement* each : list) {
      if (each->format == format &&
          (best == nullptr || each->bytes_per_second->mid > best->bytes_per_second->mid)) {
        best = each;
      }
    }
    return best;
  }

  static Rate scaled(const Measurement& measured, Range factor, bool direct) {
    const Range& rate = *measured.bytes_per_second;
    return Rate{{rate.low * factor.low, rate.mid * factor.mid, rate.high * factor.high},
                direct,
                measured.status == BenchStatus::unstable};
  }

  std::vector<const Measurement*> decode_, read_;
};

double kv_bytes(const TokenWork& work, double cells) {
  const double window =
      work.sliding_window > 0 ? std::min(cells, static_cast<double>(work.sliding_window)) : cells;
  return static_cast<double>(work.kv_bytes_per_cell) * cells +
         static_cast<double>(work.kv_bytes_sliding_per_cell) * window;
}

Known<Speed> not_measured(const std::string& what) {
  return Known<Speed>::unknown(Status::skipped, what + " was not measured");
}

void predict_decode(const TokenWork& work, const std::string& place, std::int64_t context,
                    const Demands& demands, const Measurements& measurements, Speeds& speeds) {
  if (work.weight_bytes() <= 0) {
    speeds.decode =
        Known<Speed>::unknown(Status::unsupported, "this kind of model makes no tokens one by one");
    return;
  }
  const Rates rates(measurements, place);
  Range seconds;  // low = the longest time, high = the shortest, as the speeds they give
  double direct_bytes = 0, all_bytes = 0, memory_bound_bytes = 0;
  const Measurement* read = rates.read();
  for (const FormatWork& each : work.formats) {
    if (each.bytes <= 0) continue;
    const auto rate = rates.of(each.format);
    if (!rate) {
      speeds.decode = not_measured("the decode rate on " + place);
      return;
    }
    const double bytes = static_cast<double>(each.bytes);
    seconds.low += bytes / rate->bytes_per_second.low;
    seconds.mid += bytes / rate->bytes_per_second.mid;
    seconds.high += bytes / rate->bytes_per_second.high;
    all_bytes += bytes;
    if (rate->direct) direct_bytes += bytes;
    if (read == nullptr || rate->bytes_per_second.mid >= 0.7 * read->bytes_per_second->mid)
      memory_bound_bytes += bytes;
    speeds.unstable = speeds.unstable || rate->unstable;
  }
  const double weights_seconds = seconds.mid;
  double attention_seconds = 0;
  const double prompt =
      static_cast<double>(std::min<std::int64_t>(demands.prompt_tokens, context / 2));
  const double half = static_cast<double>(context) / 2;
  const auto fallback = rates.of("F16");
  const double read_rate = read != nullptr ? read->bytes_per_second->mid
                           : fallback      ? fallback->bytes_per_second.mid
                                           : 0.0;
  if (read_rate > 0) {
    // On a GPU attention is bound by memory as the weights are; on a CPU see kAttentionShare.
    const bool cpu = place == "cpu";
    const double state = 2.0 * static_cast<double>(work.state_bytes);
    attention_seconds = kv_bytes(work, prompt) / (read_rate * (cpu ? kAttentionShareMid : 0.5));
    seconds.low += kv_bytes(work, half) / (read_rate * (cpu ? kAttentionShareLow : 0.3)) +
                   state / (read_rate * kReadLow);
    seconds.mid += attention_seconds + state / (read_rate * kReadMid);
    seconds.high += state / read_rate;
  }
  const double layers = static_cast<double>(work.layers);
  seconds.low += layers * kLayerSecondsHigh;
  seconds.mid += layers * kLayerSecondsMid;
  seconds.high += layers * kLayerSecondsLow;

  Speed speed;
  speed.range = {1 / seconds.low, 1 / seconds.mid, 1 / seconds.high};
  const bool direct = direct_bytes >= 0.9 * all_bytes;
  speed.known_by = direct ? KnownBy::measured : KnownBy::computed;
  if (attention_seconds > weights_seconds) {
    speed.bound_by = "attention";
  } else if (layers * kLayerSecondsMid > weights_seconds) {
    speed.bound_by = "the cost of a layer";
  } else {
    speed.bound_by = memory_bound_bytes >= 0.5 * all_bytes ? "memory bandwidth" : "arithmetic";
  }
  speeds.decode = Known<Speed>::of(
      speed, direct ? "decode rates measured here" : "rates of related formats measured here",
      speed.known_by,
      speeds.unstable ? Confidence::low
      : direct        ? Confidence::high
                      : Confidence::medium);
}

/// The best matrix-matrix rate of a format at a place, in operations a second; null where none.
const Range* prefill_rate(const Measurements& measurements, const std::string& place,
                          std::string_view format, bool& unstable) {
  const Measurement* best = nullptr;
  for (const Measurement& each : measurements.list) {
    if (each.place != place || each.format != format || !usable(each.operations_per_second))
      continue;
    if (each.name.rfind("prefill", 0) != 0) continue;
    if (each.status != BenchStatus::ok && each.status != BenchStatus::unstable) continue;
    if (best == nullptr || each.operations_per_second->mid > best->operations_per_second->mid)
      best = &each;
  }
  if (best == nullptr) return nullptr;
  unstable = unstable || best->status == BenchStatus::unstable;
  return &*best->operations_per_second;
}

void predict_prefill(const TokenWork& work, const std::string& place, const Demands& demands,
                     const Measurements& measurements, Speeds& speeds) {
  // Two operations (a product, a sum) for each weight and token, at the measured matrix-matrix rate
  // of its format or its kin's.
  Range seconds;
  double direct_weights = 0, all_weights = 0;
  bool measured = !work.formats.empty();
  for (const FormatWork& each : work.formats) {
    if (each.weights <= 0) continue;
    Range factor{kDirectLow, 1.0, kDirectHigh};
    const Range* rate = prefill_rate(measurements, place, each.format, speeds.unstable);
    if (rate != nullptr) direct_weights += static_cast<double>(each.weights);
    for (const Kin& kin : kKin) {
      if (rate != nullptr) break;
      if (kin.format != each.format) continue;
      rate = prefill_rate(measurements, place, kin.kin, speeds.unstable);
      factor = {kPrefillKin * kKinLow, kPrefillKin, kPrefillKin * kKinHigh / kKinLow};
    }
    if (rate == nullptr) {
      measured = false;
      break;
    }
    const double operations = 2.0 * static_cast<double>(each.weights);
    all_weights += static_cast<double>(each.weights);
    seconds.low += operations / (rate->low * factor.low);
    seconds.mid += operations / (rate->mid * factor.mid);
    seconds.high += operations / (rate->high * factor.high);
  }
  if (!measured || !(seconds.high > 0)) {
    speeds.prefill = not_measured("matrix-matrix work on " + place);
    speeds.first_token = Known<Speed>::unknown(Status::skipped, "prefill was not measured");
    return;
  }
  const KnownBy known_by =
      direct_weights >= 0.9 * all_weights ? KnownBy::measured : KnownBy::computed;
  const Speed prefill{{1 / seconds.low, 1 / seconds.mid, 1 / seconds.high}, known_by, "arithmetic"};
  speeds.prefill = Known<Speed>::of(prefill, "matrix-matrix rates measured here", known_by);
  const double prompt = static_cast<double>(demands.prompt_tokens);
  const Speed first{
      {prompt * seconds.high, prompt * seconds.mid, prompt * seconds.low}, known_by, "arithmetic"};
  speeds.first_token = Known<Speed>::of(
      first, fmt::format("a prompt of {} tokens", demands.prompt_tokens), known_by);
}

}  // namespace

Speeds predict_speeds(const TokenWork& work, const std::string& place, std::int64_t context,
                      const Demands& demands, const Measurements& measurements) {
  Speeds speeds;
  predict_decode(work, place, context, demands, measurements, speeds);
  predict_prefill(work, place, demands, measurements, speeds);
  speeds.load = not_measured("the speed of the storage");
  return speeds;
}

}  // namespace weighin
