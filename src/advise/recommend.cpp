// What is the largest size class that fits well here, and what should be run in it?
//
// A class fits when the model that stands for it does, at a sound format (kSoundBitsPerWeight). It
// fits well with headroom and, where the speed is known, at no less than kComfortTokensPerSecond:
// the floor of Chromium's performance classes (services/on_device_model/ml/performance_class.cc).
// The best model of a class is its reference, unless another text model of the class that fits well
// was released later.
#include "advise/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "advise/judge.hpp"

namespace weighin {
namespace {

bool sound(const Verdict& verdict) { return verdict.bits_per_weight >= kSoundBitsPerWeight; }

bool slow(const Verdict& verdict) {
  return verdict.decode_tokens_per_second &&
         verdict.decode_tokens_per_second->range.mid < kComfortTokensPerSecond;
}

bool fits_at_all(const Verdict& verdict) {
  return (is_yes(verdict.fit) || verdict.fit == Fit::slow) && sound(verdict);
}

bool is_named(const Verdict& verdict, const char* word) {
  return verdict.model.find(word) != std::string::npos;
}

/// Models that write text stand for a class; embeddings and speech do not.
bool serves(const Verdict& verdict, const std::string& use) {
  const std::string& kind = verdict.modality;
  const bool text = kind.empty() || kind == "text";
  if (use == "embed") return kind == "embedding";
  if (use == "classify") return kind == "encoder";
  if (use == "transcribe") return kind == "speech";
  // Encoder and decoder were made for it; every model of text does it too.
  if (use == "translate") return kind == "text-to-text" || text;
  // A page or two and the summary of it.
  if (use == "summarize") return (text || kind == "text-to-text") && verdict.context >= 2048;
  if (use == "chat") return text && !is_named(verdict, "coder") && !is_named(verdict, "codestral");
  return text;
}

/// Made for it, by its name: preferred to others of its class.
bool made_for(const Verdict& verdict, const std::string& use) {
  if (use == "code") return is_named(verdict, "coder") || is_named(verdict, "codestral");
  if (use == "translate") return verdict.modality == "text-to-text" || is_named(verdict, "aya");
  return false;
}

/// Uses whose models are no models of text: their classes have no reference among these.
bool has_references(const std::string& use) {
  return use != "embed" && use != "classify" && use != "transcribe";
}

std::string range_text(const Range& range) {
  const auto digits = [](double value) {
    return fmt::format("{:.{}f}", value, value < 9.95 ? 1 : 0);
  };
  return digits(range.low) + " to " + digits(range.high);
}

class Recommender {
 public:
  Recommender(Advice& advice, bool own_gpu_memory, std::string use)
      : advice_(advice), own_gpu_memory_(own_gpu_memory), use_(std::move(use)) {}

  void run() {
    advice_.recommendation.use = use_;
    weigh_classes();
    name_classes();
    choose_smallest();
    if (best_ != nullptr && best_->best >= 0) choose_model();
    explain_next();
  }

 private:
  const Verdict& at(int index) const { return advice_.verdicts[static_cast<std::size_t>(index)]; }

  bool well(const Verdict& verdict) const {
    if (verdict.fit != Fit::fits || !sound(verdict) || slow(verdict)) return false;
    const bool whole_gpu =
        verdict.place.rfind("gpu", 0) == 0 && verdict.place.find('+') == std::string::npos;
    return verdict.decode_tokens_per_second || !writes_text(verdict) || !own_gpu_memory_ ||
           whole_gpu;
  }

  void weigh_classes() {
    for (const SizeClass& each : size_classes()) {
      ClassVerdict row;
      row.name = each.name;
      row.reference = each.reference;
      for (std::size_t i = 0; i < advice_.verdicts.size(); ++i) {
        const Verdict& verdict = advice_.verdicts[i];
        const int index = static_cast<int>(i);
        if (verdict.model == each.reference) row.verdict = index;
        if (verdict.size_class != each.name || !serves(verdict, use_) || !well(verdict)) continue;
        if (row.best < 0 || better(verdict, at(row.best), each.reference)) row.best = index;
      }
      row.well = row.verdict >= 0 && well(at(row.verdict));
      advice_.classes.push_back(std::move(row));
    }
  }

  bool better(const Verdict& a, const Verdict& b, const std::string& reference) const {
    if (made_for(a, use_) != made_for(b, use_)) return made_for(a, use_);
    if (a.release != b.release) return a.release > b.release;
    if ((a.model == reference) != (b.model == reference)) return a.model == reference;
    return a.parameters.value_or(0) > b.parameters.value_or(0);
  }

  void name_classes() {
    Recommendation& recommendation = advice_.recommendation;
    std::string largest;
    bool unknown = false;
    for (ClassVerdict& row : advice_.classes) {
      // A class whose reference was not judged (models were named) is stood for by its best given
      // model.
      const bool judged = row.verdict >= 0 && has_references(use_);
      if (!judged && row.best < 0) continue;
      if (judged ? row.well : row.best >= 0) best_ = &row;
      if (!judged || fits_at_all(at(row.verdict))) largest = row.name;
      unknown = unknown || (judged && at(row.verdict).fit == Fit::unknown);
    }
    const std::string source = "the verdicts on the models that stand for the classes";
    const auto none = Known<std::string>::unknown(
        unknown ? Status::error : Status::unsupported,
        unknown ? "a fact that decides it is not known" : "no class fits");
    recommendation.size_class =
        best_ != nullptr ? Known<std::string>::of(best_->name, source, KnownBy::computed) : none;
    recommendation.largest_class =
        !largest.empty() ? Known<std::string>::of(largest, source, KnownBy::computed) : none;
  }

  void choose_model() {
    Recommendation& recommendation = advice_.recommendation;
    const Verdict& best = at(best_->best);
    recommendation.model = best.model;
    recommendation.format = best.format;
    recommendation.runtime = best.runtime;
    recommendation.place = best.place;
    recommendation.why = fmt::format("{} in {} takes {} of {} {}", best.name, best.format,
                                     text_binary(best.memory.total_bytes),
                                     text_binary(best.available_bytes.value_or(0)),
                                     best.place == "cpu" ? "memory" : "GPU memory");
    if (!writes_text(best)) {
      if (best.prefill_tokens_per_second)
        recommendation.why += fmt::format(" and reads {} tokens a second",
                                          range_text(best.prefill_tokens_per_second->range));
    } else if (best.decode_tokens_per_second) {
      recommendation.why += fmt::format(" and writes {} tokens a second",
                                        range_text(best.decode_tokens_per_second->range));
    } else {
      recommendation.why +=
          fmt::format("; its speed is not known ({})", best.decode_tokens_per_second.why);
    }
    recommendation.why += ".";
    if (best_->verdict >= 0 && best.model != best_->reference) {
      recommendation.why +=
          fmt::format(" It is newer than {}, which stands for the class.", best_->reference);
    }
    const Verdict* runner = nullptr;
    for (const Verdict& each : advice_.verdicts) {
      if (each.model == best.model || !serves(each, use_) || !well(each)) continue;
      if (runner == nullptr || above(each, *runner)) runner = &each;
    }
    if (runner != nullptr) {
      recommendation.runner_up = runner->model;
      if (rank(runner->size_class) > rank(best.size_class)) {
        recommendation.why +=
            fmt::format(" {} of the {} class runs well too{}.", runner->name, runner->size_class,
                        runner->active_parameters && runner->parameters &&
                                *runner->active_parameters < *runner->parameters
                            ? ": it uses only a part of its weights for a token"
                            : "");
      }
    }
  }

  /// Larger class first (a sparse model may run well where its class does not), then the later
  /// release.
  bool above(const Verdict& a, const Verdict& b) const {
    const int rank_a = rank(a.size_class), rank_b = rank(b.size_class);
    if (rank_a != rank_b) return rank_a > rank_b;
    if (a.release != b.release) return a.release > b.release;
    return a.parameters.value_or(0) > b.parameters.value_or(0);
  }

  int rank(const std::string& size_class) const {
    for (std::size_t i = 0; i < advice_.classes.size(); ++i) {
      if (advice_.classes[i].name == size_class) return static_cast<int>(i);
    }
    return -1;
  }

  /// What keeps the class after the recommended one out, and what would let it in.
  void explain_next() {
    Recommendation& recommendation = advice_.recommendation;
    const int first = best_ != nullptr ? rank(best_->name) + 1 : 0;
    for (std::size_t i = static_cast<std::size_t>(first); i < advice_.classes.size(); ++i) {
      const ClassVerdict& row = advice_.classes[i];
      if (row.verdict < 0) continue;
      const Verdict& verdict = at(row.verdict);
      recommendation.next_class = row.name;
      if (!verdict.reasons.empty()) {
        limit(verdict, recommendation);
      } else if (!verdict.decode_tokens_per_second && writes_text(verdict)) {
        recommendation.limited_by =
            fmt::format("GPU memory: it would lie {}, at a speed that was not measured",
                        verdict.place == "cpu" ? "in main memory" : "partly in main memory");
      } else if (slow(verdict)) {
        const Speed& speed = *verdict.decode_tokens_per_second;
        recommendation.limited_by =
            fmt::format("{}: {} tokens a second", speed.bound_by, range_text(speed.range));
        recommendation.next_steps.push_back(fmt::format("{:.1f} times the speed ({})",
                                                        kComfortTokensPerSecond / speed.range.mid,
                                                        speed.bound_by));
      }
      for (const Remedy& remedy : verdict.to_make_it_fit) {
        // Another model, or a format below the sound ones, would not make the class fit.
        if (remedy.change.rfind("model ", 0) == 0 ||
            remedy.change.find("costs quality") != std::string::npos)
          continue;
        recommendation.next_steps.push_back(
            fmt::format("{}, {}", remedy.change, to_text(remedy.verdict)));
      }
      return;
    }
  }

  void limit(const Verdict& verdict, Recommendation& recommendation) const {
    const Reason& reason = verdict.reasons.front();
    const auto bytes = [](double value) { return text_binary(static_cast<Bytes>(value)); };
    if (reason.unit == "bytes" && reason.required && reason.actual) {
      const char* what = reason.code == "insufficientVram"   ? "GPU memory"
                         : reason.code == "diskFull"         ? "disk"
                         : reason.code == "downloadTooLarge" ? "download"
                                                             : "memory";
      recommendation.limited_by = fmt::format("{}: {} needed, {} there", what,
                                              bytes(*reason.required), bytes(*reason.actual));
      if (reason.code == "insufficientMemory" || reason.code == "insufficientVram" ||
          reason.code == "littleHeadroom") {
        const double share = reason.code == "littleHeadroom" ? 1.0 : kHeadroomShare;
        recommendation.next_steps.push_back(
            fmt::format("{} more {}", bytes(*reason.required / share - *reason.actual), what));
      }
    } else {
      recommendation.limited_by = reason.advice;
    }
    for (const Reason& each : verdict.reasons) {
      if (each.code == "limitedByContainer") recommendation.next_steps.push_back(each.advice);
    }
  }

  /// What serves the use with the least to fetch. For text a choice of ours: at least a billion
  /// weights, the least size that makers offer for chat in general (Llama 3.2, Gemma 3).
  void choose_smallest() {
    constexpr std::int64_t kLeastText = 1'000'000'000;
    const Verdict* smallest = nullptr;
    for (const Verdict& each : advice_.verdicts) {
      if (!serves(each, use_) || !well(each) || !each.download_bytes) continue;
      if (has_references(use_) && each.parameters.value_or(0) < kLeastText) continue;
      if (smallest == nullptr || *each.download_bytes < *smallest->download_bytes) smallest = &each;
    }
    Recommendation& recommendation = advice_.recommendation;
    recommendation.smallest_download_bytes =
        Known<Bytes>::unknown(Status::unsupported, "nothing that serves it fits well");
    if (smallest == nullptr) return;
    recommendation.smallest_model = smallest->model;
    recommendation.smallest_format = smallest->format;
    recommendation.smallest_download_bytes = smallest->download_bytes;
  }

  Advice& advice_;
  bool own_gpu_memory_;
  std::string use_;
  const ClassVerdict* best_ = nullptr;
};

}  // namespace

const std::vector<std::string>& uses() {
  static const std::vector<std::string> kUses{"chat",     "code",       "summarize", "embed",
                                              "classify", "transcribe", "translate"};
  return kUses;
}

const char* usual_runtime(const std::string& use) {
  return use == "classify" || use == "transcribe" ? "onnx" : "llama.cpp";
}

void recommend(Advice& advice, bool own_gpu_memory, const std::string& use) {
  Recommender(advice, own_gpu_memory, use).run();
}

}  // namespace weighin
