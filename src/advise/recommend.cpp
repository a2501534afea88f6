// What is the largest size class that fits well here, and what should be run in it?
//
// A class fits when the model that stands for it does, at a sound format (kSoundBitsPerWeight). It
// fits well with headroom and, where the speed is known, at no less than kComfortTokensPerSecond:
// the floor of Chromium's performance classes (services/on_device_model/ml/performance_class.cc).
// Which model of a class is the best is said in advise/ranking.hpp.
#include "advise/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "advise/judge.hpp"
#include "advise/ranking.hpp"
#include "advise/uses.hpp"

namespace weighin {
namespace {

bool slow(const Verdict& verdict) {
  return verdict.decode_tokens_per_second &&
         verdict.decode_tokens_per_second->range.mid < kComfortTokensPerSecond;
}

bool fits_at_all(const Verdict& verdict) {
  return (is_yes(verdict.fit) || verdict.fit == Fit::slow) && sound(verdict);
}

/// What the memory of a device gives at least, where nobody has measured it: two channels of
/// DDR4-3200 (2 x 25.6 GB/s, JESD79-4), eight where there are more cores than a desktop has; and no
/// more than slow cores read: `weighin bench` found 28.7 GB/s with two of a Xeon (Sapphire Rapids,
/// shared), 84.4 GB/s with two of an EPYC (README.md). A promise is made on the slower.
double assumed_read_rate(std::int64_t cores) {
  constexpr double kChannel = 25.6e9, kCore = 28.7e9 / 2;
  constexpr std::int64_t kMostDesktopCores = 32;
  const double memory = (cores > kMostDesktopCores ? 8 : 2) * kChannel;
  return cores > 0 ? std::min(memory, kCore * static_cast<double>(cores)) : memory;
}

std::string range_text(const Range& range) {
  const auto digits = [](double value) {
    return fmt::format("{:.{}f}", value, value < 9.95 ? 1 : 0);
  };
  return digits(range.low) + " to " + digits(range.high);
}

class Recommender {
 public:
  Recommender(Advice& advice, bool own_gpu_memory, std::string use, std::int64_t cores)
      : advice_(advice),
        own_gpu_memory_(own_gpu_memory),
        use_(std::move(use)),
        assumed_rate_(assumed_read_rate(cores)),
        staleness_(advice.verdicts, use_) {}

  void run() {
    advice_.recommendation.use = use_;
    weigh_classes();
    name_classes();
    if (!has_references(use_)) best_ = best_of_all();
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
    if (verdict.decode_tokens_per_second || !writes_text(verdict) || whole_gpu) return true;
    // Not measured: a GPU's memory is fast, main memory is promised no more than it may give.
    return !own_gpu_memory_ && at_most(verdict) >= kComfortTokensPerSecond;
  }

  /// Tokens a second where each reads the weights that it goes through once, at the assumed rate.
  double at_most(const Verdict& verdict) const {
    const double all = static_cast<double>(verdict.parameters.value_or(0));
    const double bytes = static_cast<double>(verdict.memory.weights_bytes) *
                         (all > 0 ? worked_parameters(verdict) / all : 1.0);
    return bytes > 0 ? assumed_rate_ / bytes : kComfortTokensPerSecond;
  }

  void weigh_classes() {
    for (const SizeClass& each : size_classes()) {
      ClassVerdict row;
      row.name = each.name;
      row.reference = each.reference;
      std::vector<const Verdict*> candidates;
      for (const Verdict& verdict : advice_.verdicts) {
        if (verdict.model == each.reference) row.verdict = index_of(verdict);
        if (verdict.size_class == each.name && serves(verdict, use_) && well(verdict))
          candidates.push_back(&verdict);
      }
      if (const Verdict* best = best_of(candidates, use_, each.reference))
        row.best = index_of(*best);
      row.well = row.verdict >= 0 && well(at(row.verdict));
      advice_.classes.push_back(std::move(row));
    }
  }

  int index_of(const Verdict& verdict) const {
    return static_cast<int>(&verdict - advice_.verdicts.data());
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

  /// Where the classes of text say nothing (an embedding model of 0.6B is a large one): the class
  /// of the best model.
  ClassVerdict* best_of_all() {
    std::vector<const Verdict*> bests;
    for (const ClassVerdict& row : advice_.classes) {
      if (row.best >= 0) bests.push_back(&at(row.best));
    }
    const Verdict* best = best_of(bests, use_, {});
    if (best == nullptr) return nullptr;
    advice_.recommendation.size_class.value = best->size_class;
    return &advice_.classes[static_cast<std::size_t>(rank(best->size_class))];
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
    if (best_->verdict >= 0 && best.release > at(best_->verdict).release) {
      recommendation.why +=
          fmt::format(" It is newer than {}, which stands for the class.", best_->reference);
    }
    const Verdict* runner = runner_up(best);
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

  /// Of the largest class that holds another model that runs well (a sparse one may where its class
  /// does not); no stale one beside others.
  const Verdict* runner_up(const Verdict& best) const {
    std::vector<const Verdict*> fresh, all;
    for (const Verdict& each : advice_.verdicts) {
      if (each.model == best.model || !serves(each, use_) || !well(each)) continue;
      all.push_back(&each);
      if (!staleness_.stale(each)) fresh.push_back(&each);
    }
    std::vector<const Verdict*>& from = fresh.empty() ? all : fresh;
    int top = -1;
    for (const Verdict* each : from) top = std::max(top, rank(each->size_class));
    if (has_references(use_)) {
      from.erase(std::remove_if(from.begin(), from.end(),
                                [&](const Verdict* each) { return rank(each->size_class) < top; }),
                 from.end());
    }
    return best_of(from, use_, {});
  }

  int rank(const std::string& size_class) const {
    for (std::size_t i = 0; i < advice_.classes.size(); ++i) {
      if (advice_.classes[i].name == size_class) return static_cast<int>(i);
    }
    return -1;
  }

  /// What keeps the class after the recommended one out, and what would let it in.
  void explain_next() {
    if (!has_references(use_)) return;
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
            own_gpu_memory_
                ? fmt::format("GPU memory: it would lie {}, at a speed that was not measured",
                              verdict.place == "cpu" ? "in main memory" : "partly in main memory")
                : fmt::format(
                      "speed, not measured: {:.1f} tokens a second at most, if memory reads {:.0f} "
                      "GB/s",
                      at_most(verdict), assumed_rate_ / 1e9);
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
      if (has_references(use_) &&
          (each.parameters.value_or(0) < kLeastText || staleness_.stale(each)))
        continue;
      // Of two that are as large, the newer: LFM2.5 1.2B has LFM2's shape.
      const auto before = [](const Verdict& a, const Verdict& b) {
        return std::tie(*a.download_bytes, b.release) < std::tie(*b.download_bytes, a.release);
      };
      if (smallest == nullptr || before(each, *smallest)) smallest = &each;
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
  double assumed_rate_;
  Staleness staleness_;
  const ClassVerdict* best_ = nullptr;
};

}  // namespace

void recommend(Advice& advice, bool own_gpu_memory, const std::string& use, std::int64_t cores) {
  Recommender(advice, own_gpu_memory, use, cores).run();
}

}  // namespace weighin
