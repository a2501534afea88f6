// What is the smallest sacrifice that would make a model fit?
//
// Order: the cache in 8 bits, a shorter context, smaller formats down to about 4.5 bits, the cache
// in 4 bits, formats below that (they cost quality), both together, a smaller sibling. For a model
// that is too slow, only what makes it faster. Each is judged anew.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "advise/judge.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostRemedies = 6;
// Least useful context: a page and its answer.
constexpr std::int64_t kLeastContext = 1024;

/// Formats from the best quality down. Perplexity of Llama-3-8B over F16: Q8_0 +0.04 %, Q6_K +0.3
/// %, Q5_K_M +0.9 %, Q4_K_M +2.8 %, Q3_K_M +10 %, Q2_K +57 % (https://github.com/ggml-org/llama.cpp
/// tools/perplexity/README.md).
struct Step {
  std::string format;
  bool sound;
};
std::vector<Step> steps_of(const std::string& runtime) {
  if (runtime.empty() || runtime == Plan{}.runtime) {
    return {{"F16", true},    {"Q8_0", true},    {"Q6_K", true}, {"Q5_K_M", true},
            {"Q4_K_M", true}, {"Q3_K_M", false}, {"Q2_K", false}};
  }
  // The others have formats of four bits and more; three bits cost as Q3_K does.
  std::vector<Step> steps;
  for (const std::string& each : formats_of(runtime))
    steps.push_back({each, each.rfind("q3", 0) != 0});
  return steps;
}

class Search {
 public:
  Search(const DeviceProfile& profile, const ModelSpec& model, const AdviseOptions& options,
         const Measurements& measurements, const Verdict& verdict)
      : profile_(profile),
        model_(model),
        options_(options),
        measurements_(measurements),
        verdict_(verdict) {}

  std::vector<Remedy> search(const std::vector<ModelSpec>& models) {
    const bool slow = verdict_.fit == Fit::slow;
    const bool download = has("downloadTooLarge") || has("diskFull");
    if (has("contextTooLong")) {
      AdviseOptions changed = options_;
      changed.plan.context = model_.context_max.value_or(Plan{}.context);
      attempt(model_, changed, fmt::format("context {}", changed.plan.context));
      return std::move(found_);
    }
    if (has("storageReadOnly")) return {};
    if (!slow && !download) {
      cache("q8_0");
      for (std::int64_t context = verdict_.context / 2;
           context >= kLeastContext && found_.size() < 2; context /= 2) {
        AdviseOptions changed = options_;
        changed.plan.context = context;
        if (attempt(model_, changed, fmt::format("context {}", context))) break;
      }
    }
    const auto [sound, last] = formats();
    if (!slow && !download && !sound) cache("q4_0");
    if (!sound && !last && !slow) {
      AdviseOptions changed = options_;
      changed.plan.format = "Q2_K";
      changed.format_given = true;
      changed.plan.kv_type = "q8_0";
      changed.plan.context = std::min<std::int64_t>(verdict_.context, 2048);
      attempt(model_, changed,
              "format Q2_K (costs quality), kv_type q8_0, context " +
                  std::to_string(changed.plan.context));
    }
    sibling(models);
    student(models);
    if (found_.size() > kMostRemedies) found_.resize(kMostRemedies);
    return std::move(found_);
  }

 private:
  bool has(const char* code) const {
    return std::any_of(verdict_.reasons.begin(), verdict_.reasons.end(),
                       [&](const Reason& reason) { return reason.code == code; });
  }

  /// Keeps a change that is better than what there is: a yes, or `fits` where it is tight now.
  bool attempt(const ModelSpec& model, const AdviseOptions& options, std::string change) {
    return keep(judge_alone(profile_, model, options, measurements_), std::move(change));
  }

  bool keep(const Verdict& tried, std::string change) {
    const bool better =
        tried.fit == Fit::fits || (tried.fit == Fit::tight && verdict_.fit != Fit::tight);
    if (!better) return false;
    found_.push_back({std::move(change), tried.fit, tried.memory.total_bytes});
    return true;
  }

  void cache(const char* type) {
    if (options_.plan.kv_type == type || options_.plan.kv_type == "q4_0" ||
        verdict_.memory.kv_cache_bytes == 0)
      return;
    AdviseOptions changed = options_;
    changed.plan.kv_type = type;
    if (changed.plan.flash_attn == "off")
      changed.plan.flash_attn = "on";  // a quantized V cache needs it
    attempt(model_, changed, std::string("kv_type ") + type);
  }

  /// Tries the smaller formats; returns whether a sound one and whether any was found.
  std::pair<bool, bool> formats() {
    const WeightFormat* own = find_weight_format(options_.plan.format);
    const double bits = verdict_.bits_per_weight > 0 ? verdict_.bits_per_weight
                        : own != nullptr             ? own->bits_per_weight()
                                                     : 16.0;
    bool sound = false, any = false;
    for (const Step& step : steps_of(verdict_.plan.runtime)) {
      if (any && !sound) break;
      if (sound && !step.sound) break;
      if (options_.plan.format == step.format) continue;
      AdviseOptions changed = options_;
      changed.plan.format = step.format;
      changed.format_given = true;
      const Verdict tried = judge_alone(profile_, model_, changed, measurements_);
      if (tried.memory.weights_bytes >= verdict_.memory.weights_bytes ||
          tried.bits_per_weight >= bits)
        continue;
      if (!keep(tried,
                fmt::format("format {}{}", step.format, step.sound ? "" : " (costs quality)")))
        continue;
      any = true;
      sound = sound || step.sound;
      if (found_.back().verdict == Fit::fits) break;
    }
    return {sound, any};
  }

  /// The largest smaller model of the same family that fits; one of an earlier year only where none
  /// of the asked one's generation does (nobody who wants Llama 3.1 is helped by Llama 2).
  void sibling(const std::vector<ModelSpec>& models) {
    if (!model_.parameters || model_.family.empty()) return;
    std::vector<const ModelSpec*> smaller;
    for (const ModelSpec& each : models) {
      if (each.family == model_.family && each.modality == model_.modality && !each.hosted_only &&
          each.parameters && *each.parameters < *model_.parameters) {
        smaller.push_back(&each);
      }
    }
    // Not of an earlier year; among equally large ones, not of an earlier month.
    const auto not_older = [&](const ModelSpec& model, std::size_t digits) {
      return model.release.value_or("").substr(0, digits) >=
             model_.release.value_or("").substr(0, digits);
    };
    const auto key = [&](const ModelSpec& model) {
      return std::tuple(not_older(model, 4), *model.parameters, not_older(model, 7));
    };
    std::stable_sort(smaller.begin(), smaller.end(),
                     [&](const ModelSpec* a, const ModelSpec* b) { return key(*a) > key(*b); });
    for (const ModelSpec* each : smaller) {
      if (attempt(*each, options_, "model " + each->id)) return;
    }
  }

  /// The largest model that learned from this one and fits.
  void student(const std::vector<ModelSpec>& models) {
    std::vector<const ModelSpec*> students;
    for (const ModelSpec& each : models) {
      if (!each.teacher.empty() && each.teacher == model_.id && each.parameters)
        students.push_back(&each);
    }
    std::stable_sort(students.begin(), students.end(), [](const ModelSpec* a, const ModelSpec* b) {
      return *a->parameters > *b->parameters;
    });
    for (const ModelSpec* each : students) {
      const std::string change = "model " + each->id;
      // The sibling may be the same.
      if (std::any_of(found_.begin(), found_.end(),
                      [&](const Remedy& remedy) { return remedy.change == change; }))
        return;
      if (attempt(*each, options_, change + " (distilled from it)")) return;
    }
  }

  const DeviceProfile& profile_;
  const ModelSpec& model_;
  const AdviseOptions& options_;
  const Measurements& measurements_;
  const Verdict& verdict_;
  std::vector<Remedy> found_;
};

}  // namespace

std::vector<Remedy> remedies(const DeviceProfile& profile, const ModelSpec& model,
                             const std::vector<ModelSpec>& models, const AdviseOptions& options,
                             const Measurements& measurements, const Verdict& verdict) {
  switch (verdict.fit) {
    case Fit::fits:
    case Fit::not_downloadable:
    case Fit::unknown:
      return {};
    case Fit::unsupported:
    case Fit::tight:
    case Fit::slow:
    case Fit::too_big:
      break;
  }
  return Search(profile, model, options, measurements, verdict).search(models);
}

}  // namespace weighin
