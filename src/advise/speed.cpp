// How long does one token take, by the measured rate of each weight format?
//
// seconds = sum over formats of bytes (decode) or operations (prefill) / the measured rate x the
// engine's share of it + attention over the filled cells of the KV cache + what every value of the
// graph costs. `high` is with an empty cache, `mid` after the prompt, `low` at half of the context;
// the ends also take the spread of the samples and the profile's own error.
#include "advise/speed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "advise/block_ratio.hpp"
#include "advise/place.hpp"
#include "advise/rates.hpp"
#include "advise/speed_gpu.hpp"
#include "advise/speed_term.hpp"

namespace weighin {
namespace {

// What no term accounts for: two runs of the engine itself, minutes apart on a quiet machine,
// differed by up to 4 per cent, and the same matrices in another model by as much again.
constexpr double kCommonError = 0.08;
// A recurrent state is read and written with plain loops: at this share of the read rate.
constexpr double kStateShare = 0.5, kStateError = 0.5;
// Loading for the first time. A mapped file comes in through page faults, with less read ahead than
// the storage could give: llama.cpp loaded 2.5 to 4.2 GB at 0.4 to 0.6 GB/s on the Xeon guest. It
// wrote repacked copies at 3.6 GB/s (AMX) and 1.7 (AVX2) where memory was read at 30.
constexpr double kMappedShare = 0.7, kMappedError = 0.4;
constexpr double kRepackShare = 0.09, kRepackError = 0.5;
// Values between the matrices of a prompt are written once and read about once, from caches and
// memory.
constexpr double kValueShare = 0.5, kValueError = 0.5;

Known<std::vector<SpeedTerm>> not_measured(const std::string& what) {
  return Known<std::vector<SpeedTerm>>::unknown(Status::skipped, what + " was not measured");
}

SpeedTerm plain_term(std::string what, double amount, const Measurement& read, double share,
                     double error) {
  const Range& rate = *read.bytes_per_second;
  SpeedTerm term;
  term.what = std::move(what);
  term.raw_seconds = amount / rate.mid;
  const double mid = term.raw_seconds / share;
  term.seconds = {mid * (1 - error), mid, mid * (1 + error)};
  term.direct = true;
  return term;
}

double products(const TokenWork& work, double cells) {
  const double window =
      work.sliding_window > 0 ? std::min(cells, static_cast<double>(work.sliding_window)) : cells;
  return static_cast<double>(work.attention_products_per_cell) * cells +
         static_cast<double>(work.attention_products_sliding_per_cell) * window;
}

/// The sum of all terms; errors of terms are taken as independent of each other.
Range sum_of(const std::vector<SpeedTerm>& terms) {
  double mid = 0, below = 0, above = 0;
  for (const SpeedTerm& term : terms) {
    mid += term.seconds.mid;
    below += (term.seconds.mid - term.seconds.low) * (term.seconds.mid - term.seconds.low);
    above += (term.seconds.high - term.seconds.mid) * (term.seconds.high - term.seconds.mid);
  }
  below += kCommonError * kCommonError * mid * mid;
  above += kCommonError * kCommonError * mid * mid;
  return {std::max(mid - std::sqrt(below), mid * 0.2), mid, mid + std::sqrt(above)};
}

const SpeedTerm* longest(const std::vector<SpeedTerm>& terms) {
  const auto found = std::max_element(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
    return a.seconds.mid < b.seconds.mid;
  });
  return found == terms.end() ? nullptr : &*found;
}

/// Of the matrices' time, the share whose rate was measured in its own format.
bool is_direct(const std::vector<SpeedTerm>& terms) {
  double direct = 0, all = 0;
  for (const SpeedTerm& term : terms) {
    if (!term.what.starts_with("decode") && !term.what.starts_with("prefill")) continue;
    all += term.seconds.mid;
    direct += term.direct ? term.seconds.mid : 0.0;
  }
  return direct >= 0.9 * all;
}

std::string bound_by(const std::vector<SpeedTerm>& terms, const TokenWork& work,
                     const Rates& rates) {
  const SpeedTerm* most = longest(terms);
  if (most == nullptr) return "";
  if (most->what == "attention") return "attention";
  if (most->what == "values") return "the cost of a layer";
  double seconds = 0;
  for (const SpeedTerm& term : terms)
    seconds += term.what.starts_with("decode") ? term.seconds.mid : 0.0;
  const Measurement* read = rates.read();
  const double rate = static_cast<double>(work.weight_bytes()) / seconds;
  return read == nullptr || rate >= 0.5 * read->bytes_per_second->mid ? "memory bandwidth"
                                                                      : "arithmetic";
}

void add_values(const TokenWork& work, const SpeedQuestion& question, const Rates& rates,
                double tokens, std::vector<SpeedTerm>& terms) {
  const std::string isa = rates.isa();
  const EngineCost cost = engine_cost(rates.host(isa));
  if (question.place != "cpu" || cost.value_seconds <= 0 || work.values <= 0) return;
  SpeedTerm term;
  term.what = "values";
  term.raw_seconds = static_cast<double>(work.values) / tokens * 1e-6;
  const double mid = static_cast<double>(work.values) / tokens * cost.value_seconds;
  term.seconds = {mid * std::max(0.0, 1 - cost.error), mid, mid * (1 + cost.error)};
  term.direct = true;
  terms.push_back(term);
}

}  // namespace

Known<std::vector<SpeedTerm>> speed_terms(const TokenWork& work, const SpeedQuestion& question,
                                          const Measurements& measurements, bool prefill,
                                          std::int64_t depth) {
  if (on_gpus(question)) return gpu_speed_terms(work, question, measurements, prefill, depth);
  const Rates rates(measurements, question);
  const double prompt = static_cast<double>(std::max<std::int64_t>(question.prompt_tokens, 1));
  const double batch = std::min(prompt, static_cast<double>(kBatchTokens));
  std::vector<SpeedTerm> terms;
  for (const FormatWork& each : work.formats) {
    if (each.bytes <= 0 || each.weights <= 0) continue;
    const EnginePart part = prefill
                                ? each.experts ? EnginePart::prefill_experts : EnginePart::prefill
                            : each.experts ? EnginePart::decode_experts
                                           : EnginePart::decode;
    const double operations = 2.0 * static_cast<double>(each.weights);
    const auto rate = rates.matrix(each.format, part, static_cast<double>(each.bytes) / operations);
    if (!rate) {
      return not_measured(fmt::format(
          "{} on {}", prefill ? "matrix-matrix work" : "the decode rate", question.place));
    }
    double amount = static_cast<double>(each.bytes);
    if (prefill) {
      amount = operations;
      if (each.output) amount /= prompt;
    }
    terms.push_back(term_of(fmt::format("{} {}{}", prefill ? "prefill" : "decode", each.format,
                                        each.experts ? " experts" : ""),
                            amount, *rate));
  }
  if (terms.empty()) return not_measured("the rate of its formats");
  // In a prompt the tokens see half of it on average.
  const double cells =
      prefill ? static_cast<double>(depth) + prompt / 2 : static_cast<double>(depth);
  const auto attention = rates.attention(prefill);
  if (attention && products(work, cells) > 0)
    terms.push_back(term_of("attention", products(work, cells), *attention));
  if (const Measurement* read = rates.read(); read != nullptr) {
    if (work.state_bytes > 0)
      terms.push_back(plain_term("state", 2.0 * static_cast<double>(work.state_bytes), *read,
                                 kStateShare, kStateError));
    if (prefill && work.value_bytes > 0)
      terms.push_back(plain_term("values written", static_cast<double>(work.value_bytes), *read,
                                 kValueShare, kValueError));
  }
  add_values(work, question, rates, prefill ? batch : 1.0, terms);
  return Known<std::vector<SpeedTerm>>::of(std::move(terms), "rates measured here",
                                           KnownBy::measured);
}

namespace {

/// What `weighin verify` found on this device for a phase: the geometric mean, and of which models.
struct Learnt {
  double ratio = 1.0;
  std::string models;
};
Learnt learnt(const Measurements& measurements, const SpeedQuestion& question,
              std::string_view phase) {
  Learnt made;
  if (question.place != "cpu") return made;
  double sum = 0;
  int count = 0;
  for (const Calibration& each : measurements.calibrations) {
    if (each.runtime != question.runtime || each.phase != phase) continue;
    sum += std::log(each.ratio);
    if (count++ < 3) made.models += (made.models.empty() ? "" : ", ") + each.model;
  }
  if (count > 0) made.ratio = std::exp(sum / count);
  return made;
}

Range divided(const Range& range, double by) {
  return {range.low / by, range.mid / by, range.high / by};
}

Known<Speed> speed_of(const Range& seconds, const std::vector<SpeedTerm>& terms,
                      const std::string& bound, const char* measured, bool unstable) {
  const bool direct = is_direct(terms);
  Speed speed{{1 / seconds.high, 1 / seconds.mid, 1 / seconds.low},
              direct ? KnownBy::measured : KnownBy::computed,
              bound};
  return Known<Speed>::of(speed,
                          direct ? fmt::format("{} measured here", measured)
                                 : fmt::format("{} of related formats measured here", measured),
                          speed.known_by,
                          unstable ? Confidence::low
                          : direct ? Confidence::high
                                   : Confidence::medium);
}

void name_source(const Learnt& known, Known<Speed>& speed) {
  if (!known.models.empty())
    speed.source += fmt::format(", times {:.2f} as `weighin verify` found here with {}",
                                known.ratio, known.models);
}

/// A speed on a GPU rests on an assumption beside what was measured.
void name_assumption(const SpeedQuestion& question, Known<Speed>& speed) {
  if (!on_gpus(question)) return;
  speed.source += gpu_assumption(question);
  if (speed.confidence == Confidence::high) speed.confidence = Confidence::medium;
}

bool any_unstable(const std::vector<SpeedTerm>& terms) {
  return std::any_of(terms.begin(), terms.end(), [](const auto& each) { return each.unstable; });
}

/// What a whole block showed of the sum of its parts, on the sum of a token's.
Range corrected(const Range& seconds, const BlockCorrection& by) {
  const double mid = seconds.mid * by.factor;
  const double below = std::hypot((seconds.mid - seconds.low) * by.factor, by.below * mid);
  const double above = std::hypot((seconds.high - seconds.mid) * by.factor, by.above * mid);
  return {std::max(mid - below, mid * 0.2), mid, mid + above};
}

void predict_decode(const TokenWork& work, const SpeedQuestion& question,
                    const Measurements& measurements, Speeds& speeds) {
  if (work.weight_bytes() <= 0) {
    speeds.decode =
        Known<Speed>::unknown(Status::unsupported, "this kind of model makes no tokens one by one");
    return;
  }
  const bool deep = question.depth >= 0;
  const std::int64_t half = question.context / 2;
  const auto at = [&](std::int64_t depth) {
    return speed_terms(work, question, measurements, false, deep ? question.depth : depth);
  };
  const auto terms = at(std::min(question.prompt_tokens, half));
  if (!terms) {
    speeds.decode = Known<Speed>::unknown(terms.status, terms.why);
    return;
  }
  speeds.unstable = speeds.unstable || any_unstable(*terms);
  const Learnt known = learnt(measurements, question, "decode");
  const Rates rates(measurements, question);
  const std::string isa = rates.isa();
  const BlockCorrection block =
      question.place == "cpu"
          ? block_correction(block_ratio(measurements), engine_block_ratio(rates.host(isa)))
          : BlockCorrection{};
  const auto whole = [&](std::int64_t depth) { return corrected(sum_of(*at(depth)), block); };
  const Range seconds =
      divided({whole(0).low, corrected(sum_of(*terms), block).mid, whole(half).high}, known.ratio);
  const std::string bound =
      on_gpus(question) ? gpu_bound_by(*terms) : bound_by(*terms, work, rates);
  speeds.decode = speed_of(seconds, *terms, bound, "decode rates", speeds.unstable);
  name_source(known, speeds.decode);
  name_assumption(question, speeds.decode);
}

void predict_prefill(const TokenWork& work, const SpeedQuestion& question,
                     const Measurements& measurements, Speeds& speeds) {
  const auto terms =
      speed_terms(work, question, measurements, true, std::max<std::int64_t>(question.depth, 0));
  if (!terms) {
    speeds.prefill = Known<Speed>::unknown(terms.status, terms.why);
    speeds.first_token = Known<Speed>::unknown(Status::skipped, "prefill was not measured");
    return;
  }
  speeds.unstable = speeds.unstable || any_unstable(*terms);
  const Learnt known = learnt(measurements, question, "prefill");
  const Range seconds = divided(sum_of(*terms), known.ratio);
  const std::string bound = on_gpus(question) ? gpu_bound_by(*terms) : "arithmetic";
  speeds.prefill = speed_of(seconds, *terms, bound, "matrix-matrix rates", speeds.unstable);
  name_source(known, speeds.prefill);
  name_assumption(question, speeds.prefill);
  const double prompt = static_cast<double>(question.prompt_tokens);
  const Speed first{{prompt * seconds.low, prompt * seconds.mid, prompt * seconds.high},
                    speeds.prefill->known_by,
                    bound};
  speeds.first_token = Known<Speed>::of(
      first, fmt::format("a prompt of {} tokens", question.prompt_tokens), first.known_by);
}

/// From storage to the first token's start, the file not being in memory yet.
Known<Speed> predict_load(const SpeedQuestion& question, const Measurements& measurements) {
  const Rates storage(measurements, "storage", question.runtime, 0);
  const Measurement* from = storage.read("storage read");
  if (from == nullptr)
    return Known<Speed>::unknown(Status::skipped, "the speed of the storage was not measured");
  if (question.file_bytes <= 0)
    return Known<Speed>::unknown(Status::skipped, "the size of its file is not known");
  const Range& rate = *from->bytes_per_second;
  const double file = static_cast<double>(question.file_bytes);
  Range seconds{file / (rate.high * std::min(1.0, kMappedShare * (1 + kMappedError))),
                file / (rate.mid * kMappedShare),
                file / (rate.low * kMappedShare * (1 - kMappedError))};
  const Measurement* memory = Rates(measurements, question).read();
  if (question.repacked_bytes > 0 && memory != nullptr) {
    const double repack = static_cast<double>(question.repacked_bytes) /
                          (memory->bytes_per_second->mid * kRepackShare);
    seconds.low += repack / (1 + kRepackError);
    seconds.mid += repack;
    seconds.high += repack / (1 - kRepackError);
  }
  std::string bound = "storage";
  if (on_gpus(question)) {
    // Mapped pages are copied as they come in: one after the other, nothing at once.
    const Known<Range> copy = gpu_copy_seconds(question, measurements);
    if (!copy) return Known<Speed>::unknown(copy.status, copy.why);
    if (copy->mid > seconds.mid) bound = "the link to the GPU";
    seconds = {seconds.low + copy->low, seconds.mid + copy->mid, seconds.high + copy->high};
  }
  return Known<Speed>::of(Speed{seconds, KnownBy::computed, bound},
                          "the storage's speed measured here, the file not in memory yet",
                          KnownBy::computed, Confidence::medium);
}

}  // namespace

void name_processor(const Cpu& cpu, SpeedQuestion& question) {
  question.repack = repack_of(cpu);
  question.vendor = cpu.vendor.value_or("");
  question.microarchitecture = cpu.microarchitecture.value_or("");
}

Speeds predict_speeds(const TokenWork& work, const SpeedQuestion& question,
                      const Measurements& measurements) {
  Speeds speeds;
  predict_decode(work, question, measurements, speeds);
  predict_prefill(work, question, measurements, speeds);
  speeds.load = predict_load(question, measurements);
  return speeds;
}

}  // namespace weighin
