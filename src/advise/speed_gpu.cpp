// How long does a token take where GPUs do the work, or part of it?
//
// A token passes the places one after another: the layers on the CPU, then those on each GPU, the
// output matrix with the last. Each layer runs at the rates of where it lies; values cross the link
// between two places, and each crossing waits for a submit. A long prompt is different: the engine
// sends the weights of layers that lie on the CPU over to the first GPU, batch by batch, since
// reading them once serves the whole batch.
#include "advise/speed_gpu.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "advise/gpu_rates.hpp"
#include "advise/speed_term.hpp"
#include "advise/work_part.hpp"

namespace weighin {
namespace {

// From so many tokens on, weights on the CPU are sent over to a GPU
// (ggml_backend_vk_device_offload_op of llama.cpp's ggml-vulkan.cpp).
constexpr double kOffloadTokens = 32;
// Beside a GPU the CPU's weights are not repacked (estimate/offload.hpp), our CPU profile's are:
// its layers may be so much slower than the profile says.
constexpr double kPlainLayoutError = 0.3;
// A recurrent state is read and written by small kernels; values between the matrices of a batch
// go through memory about so often.
constexpr double kStateShare = 0.5, kStateError = 0.5, kValueShare = 0.5, kValueError = 0.5;
// Arithmetic of attention at this share of the matrix-matrix rate, where it is the longer.
constexpr double kAttentionArithmetic = 0.3, kAttentionError = 0.6;
// Activations are small: the link gives less than on a long copy.
constexpr double kSmallCopyLow = 0.2;

SpeedTerm plain_term(std::string what, const Range& seconds) {
  SpeedTerm term;
  term.what = std::move(what);
  term.raw_seconds = seconds.mid;
  term.seconds = seconds;
  term.direct = true;
  return term;
}

Range around(double mid, double error) { return {mid * (1 - error), mid, mid * (1 + error)}; }

Range times(const Range& range, double by) {
  return {range.low * by, range.mid * by, range.high * by};
}

class Terms {
 public:
  Terms(const SpeedQuestion& question, const Measurements& measurements, bool prefill,
        std::int64_t depth)
      : question_(question),
        measurements_(measurements),
        prefill_(prefill),
        prompt_(static_cast<double>(std::max<std::int64_t>(question.prompt_tokens, 1))),
        batch_(prefill ? std::min(prompt_, static_cast<double>(kBatchTokens)) : 1.0),
        depth_(depth) {}

  Known<std::vector<SpeedTerm>> all(const TokenWork& work) {
    if (question_.parts.empty()) {  // one place does everything
      add_gpu(work, question_.place);
      add_link(question_.place, "transfer to device", question_.activation_bytes);
      add_logits(question_.place);
    }
    for (std::size_t i = 0; i < question_.parts.size(); ++i) {
      const SpeedPart& part = question_.parts[i];
      const TokenWork own = part_of(work, part.share);
      if (part.place == "cpu") {
        add_cpu(own);
        continue;
      }
      add_gpu(own, part.place);
      // What comes from the CPU or from another GPU, and what goes on.
      add_link(part.place, "transfer to device", question_.activation_bytes);
      if (i + 1 < question_.parts.size())
        add_link(part.place, "transfer to host", question_.activation_bytes);
      else
        add_logits(part.place);
    }
    if (!missing_.empty())
      return Known<std::vector<SpeedTerm>>::unknown(Status::skipped,
                                                    missing_ + " was not measured");
    if (terms_.empty())
      return Known<std::vector<SpeedTerm>>::unknown(Status::skipped,
                                                    "the rate of its formats was not measured");
    overlap();
    return Known<std::vector<SpeedTerm>>::of(std::move(terms_), "rates measured here",
                                             KnownBy::measured);
  }

 private:
  void miss(const std::string& what) {
    if (missing_.empty()) missing_ = what;
  }

  double cells() const { return static_cast<double>(depth_) + (prefill_ ? prompt_ / 2 : 0.0); }

  void add_matrices(const TokenWork& work, const std::string& place, const char* after) {
    const GpuRates rates(measurements_, place);
    for (const FormatWork& each : work.formats) {
      const auto decode = rates.decode(each.format, each.experts);
      const auto prefill = prefill_ ? rates.prefill(each.format, each.experts) : decode;
      if (!prefill) {
        miss(fmt::format("{} on {}", prefill_ ? "matrix-matrix work" : "the decode rate", place));
        continue;
      }
      const double output = prefill_ && each.output ? 1 / prompt_ : 1.0;
      const std::string what = fmt::format("{} {}{} on {}", prefill_ ? "prefill" : "decode",
                                           each.format, each.experts ? " experts" : "", after);
      if (!prefill_) {
        terms_.push_back(term_of(what, static_cast<double>(each.bytes), *decode));
        continue;
      }
      SpeedTerm term = term_of(what, 2.0 * static_cast<double>(each.weights) * output, *prefill);
      if (decode) {  // a short prompt waits for its weights, as decode does
        const double bytes =
            static_cast<double>(each.bytes) * std::min(stored_share(work, each), batch_) * output;
        const SpeedTerm reading = term_of(what, bytes / batch_, *decode);
        if (reading.seconds.mid > term.seconds.mid) term = reading;
      }
      terms_.push_back(term);
    }
  }

  void add_attention(const TokenWork& work, const GpuRates& rates, const std::string& place) {
    const double bytes =
        over_cells(work, cells(), work.kv_bytes_per_cell, work.kv_bytes_sliding_per_cell);
    const double products = over_cells(work, cells(), work.attention_products_per_cell,
                                       work.attention_products_sliding_per_cell);
    std::optional<SpeedTerm> most;
    const std::string what = "attention on " + place;
    if (const auto rate = rates.attention(); rate && bytes > 0)
      most = term_of(what, bytes / batch_, *rate);
    if (const auto rate = rates.prefill("F16", false); rate && products > 0) {
      const double seconds = 2 * products / rate->rate.mid / kAttentionArithmetic;
      if (!most || seconds > most->seconds.mid)
        most = plain_term(what, around(seconds, kAttentionError));
    }
    if (most) terms_.push_back(*most);
  }

  void add_gpu(const TokenWork& work, const std::string& place) {
    const GpuRates rates(measurements_, place);
    add_matrices(work, place, place.c_str());
    add_attention(work, rates, place);
    if (const Measurement* read = rates.read(); read != nullptr) {
      const double rate = read->bytes_per_second->mid;
      if (work.state_bytes > 0) {
        terms_.push_back(plain_term(
            "state on " + place,
            around(2.0 * static_cast<double>(work.state_bytes) / rate / kStateShare, kStateError)));
      }
      if (prefill_ && work.value_bytes > 0) {
        terms_.push_back(plain_term(
            "values written on " + place,
            around(static_cast<double>(work.value_bytes) / rate / kValueShare, kValueError)));
      }
    }
    if (work.values > 0) {
      terms_.push_back(
          plain_term("values on " + place,
                     times(rates.value_seconds(), static_cast<double>(work.values) / batch_)));
    }
    terms_.push_back(plain_term("submit on " + place, times(rates.submit_seconds(), 1 / batch_)));
  }

  /// The first place with a GPU: it takes over what the CPU holds, for a long batch.
  std::string helper() const {
    for (const SpeedPart& part : question_.parts) {
      if (part.place != "cpu") return part.place;
    }
    return "";
  }

  void add_cpu(const TokenWork& work) {
    if (work.formats.empty()) return;
    const std::string gpu = helper();
    const auto link = GpuRates(measurements_, gpu).transfer("transfer to device");
    const bool sent = prefill_ && batch_ >= kOffloadTokens && link;
    if (sent) {
      add_matrices(work, gpu, "cpu");
      add_sending(work, *link);
    }
    SpeedQuestion own = question_;
    own.place = "cpu";
    own.parts.clear();
    // Attention, state and small sums stay with the cache, on the CPU.
    const auto terms = speed_terms(work, own, measurements_, prefill_, depth_);
    if (!terms) {
      miss(terms.why.substr(0, terms.why.find(" was not measured")));
      return;
    }
    for (SpeedTerm term : *terms) {
      const bool matrix = term.what.starts_with("decode") || term.what.starts_with("prefill");
      if (matrix && sent) continue;
      term.what += " on cpu";
      term.seconds.high *= 1 + kPlainLayoutError;
      terms_.push_back(std::move(term));
    }
  }

  /// The weights of the CPU's layers, once a batch over the link; of experts those that any token
  /// of it chose.
  void add_sending(const TokenWork& work, const Range& link) {
    double bytes = 0;
    for (const FormatWork& each : work.formats) {
      bytes += static_cast<double>(each.bytes) * std::min(stored_share(work, each), batch_);
    }
    bytes /= batch_;
    terms_.push_back(plain_term("transfer of weights",
                                {bytes / link.high, bytes / link.mid, 2 * bytes / link.low}));
  }

  /// One crossing: waiting for a submit, once a batch, and the bytes of each token.
  void add_link(const std::string& place, const char* way, Bytes bytes) {
    const GpuRates rates(measurements_, place);
    Range seconds = times(rates.submit_seconds(), 1 / batch_);
    if (const auto link = rates.transfer(way); link && bytes > 0) {
      const double amount = static_cast<double>(bytes);
      seconds.low += amount / link->high;
      seconds.mid += amount / link->mid;
      seconds.high += amount / (link->low * kSmallCopyLow);
    }
    terms_.push_back(plain_term("transfer", seconds));
  }

  /// The logits of each written token; of a prompt, of its last.
  void add_logits(const std::string& place) {
    if (question_.logits_bytes <= 0) return;
    const auto link = GpuRates(measurements_, place).transfer("transfer to host");
    if (!link) return;
    const double amount = static_cast<double>(question_.logits_bytes) / (prefill_ ? prompt_ : 1.0);
    terms_.push_back(plain_term("transfer", {amount / link->high, amount / link->mid,
                                             amount / (link->low * kSmallCopyLow)}));
  }

  /// Several GPUs may work on several batches of a long prompt at once.
  void overlap() {
    double most = 0;
    int gpus = 0;
    for (const SpeedPart& part : question_.parts) {
      gpus += part.place == "cpu" ? 0 : 1;
      most = std::max(most, part.share.weights);
    }
    if (!prefill_ || gpus < 2 || prompt_ <= static_cast<double>(kBatchTokens) || most <= 0) return;
    for (SpeedTerm& term : terms_) term.seconds.low *= most;
  }

  const SpeedQuestion& question_;
  const Measurements& measurements_;
  bool prefill_;
  double prompt_, batch_;
  std::int64_t depth_;
  std::vector<SpeedTerm> terms_;
  std::string missing_;
};

}  // namespace

bool on_gpus(const SpeedQuestion& question) { return question.place.starts_with("gpu"); }

Known<std::vector<SpeedTerm>> gpu_speed_terms(const TokenWork& work, const SpeedQuestion& question,
                                              const Measurements& measurements, bool prefill,
                                              std::int64_t depth) {
  return Terms(question, measurements, prefill, depth).all(work);
}

std::string gpu_bound_by(const std::vector<SpeedTerm>& terms) {
  double cpu = 0, all = 0, link = 0, small = 0, attention = 0;
  for (const SpeedTerm& term : terms) {
    const double seconds = term.seconds.mid;
    all += seconds;
    if (term.what.ends_with("on cpu") && !term.what.starts_with("prefill")) cpu += seconds;
    if (term.what.starts_with("transfer")) link += seconds;
    if (term.what.starts_with("values on") || term.what.starts_with("submit")) small += seconds;
    if (term.what.starts_with("attention")) attention += seconds;
  }
  if (cpu > 0.5 * all) return "the layers on the CPU";
  if (link > 0.5 * all) return "the link to the GPU";
  if (small > 0.5 * all) return "the cost of a dispatch";
  if (attention > 0.5 * all) return "attention";
  const bool prefill = std::any_of(terms.begin(), terms.end(), [](const SpeedTerm& term) {
    return term.what.starts_with("prefill");
  });
  return prefill ? "arithmetic" : "memory bandwidth";
}

Known<Range> gpu_copy_seconds(const SpeedQuestion& question, const Measurements& measurements) {
  std::vector<SpeedPart> parts = question.parts;
  if (parts.empty()) {
    parts.push_back({question.place, {}});
    parts.back().share.weights_bytes = question.file_bytes;
  }
  Range seconds{0, 0, 0};
  for (const SpeedPart& part : parts) {
    if (part.place == "cpu") continue;
    const auto link = GpuRates(measurements, part.place).transfer("transfer to device");
    if (!link) {
      return Known<Range>::unknown(Status::skipped,
                                   fmt::format("the link to {} was not measured", part.place));
    }
    const double bytes = static_cast<double>(part.share.weights_bytes);
    seconds.low += bytes / link->high;
    seconds.mid += bytes / link->mid;
    seconds.high += bytes / link->low;
  }
  return Known<Range>::of(seconds, "the link measured here", KnownBy::computed);
}

std::string gpu_assumption(const SpeedQuestion& question) {
  if (!on_gpus(question)) return "";
  return ", the engine's share of our GPU kernels' rates assumed";
}

}  // namespace weighin
