// Which choice of a policy passes first, and what is the answer where none does?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "advise/place.hpp"
#include "advise/policy.hpp"
#include "advise/reasons.hpp"

namespace weighin {
namespace {

bool part_of(const std::string& name, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return name.find(part) != std::string::npos; });
}

// True where an exception lets this reason pass here and today.
bool excepted(const Policy& policy, const std::string& code, const GateFacts& facts,
              const std::string& date) {
  return std::any_of(policy.exceptions.begin(), policy.exceptions.end(),
                     [&](const Exception& each) {
                       // Days as text in this order compare as days.
                       if (each.reason != code || date.empty() || date > each.until) return false;
                       if (each.cpus.empty() && each.gpus.empty()) return true;
                       return part_of(facts.cpu_name.value_or(""), each.cpus) ||
                              part_of(facts.gpu_name.value_or(""), each.gpus);
                     });
}

void waive(const Policy& policy, const GateFacts& facts, const std::string& date,
           ConditionResult& result) {
  if (result.outcome == Outcome::pass || result.reasons.empty()) return;
  const bool all =
      std::all_of(result.reasons.begin(), result.reasons.end(),
                  [&](const Reason& reason) { return excepted(policy, reason.code, facts, date); });
  if (all) result.outcome = Outcome::waived;
}

// One choice against its facts.
ChoiceResult weigh_choice(const Policy& policy, const Choice& choice, bool own_conditions_only,
                          const GateFacts& facts, const DecideOptions& options) {
  ChoiceResult result;
  result.name = choice.name;
  result.model = choice.stated ? choice.stated->name : choice.model;
  result.model_name = result.model;
  std::vector<Condition> conditions = choice.conditions;
  if (!own_conditions_only)
    conditions.insert(conditions.end(), policy.conditions.begin(), policy.conditions.end());
  result.conditions = check_conditions(conditions, facts, !choice.about_device());
  bool failed = false, unknown = false;
  result.degraded = choice.degraded;
  for (ConditionResult& each : result.conditions) {
    waive(policy, facts, options.date, each);
    const bool undecided = each.outcome == Outcome::unknown;
    failed = failed || each.outcome == Outcome::fail ||
             (undecided && policy.unknown == UnknownRule::deny);
    unknown = unknown || (undecided && policy.unknown == UnknownRule::undecided);
    if (each.outcome == Outcome::waived || (undecided && policy.unknown == UnknownRule::allow))
      result.degraded = true;
    if (each.key == "fits" && facts.fit && *facts.fit != Fit::fits) result.degraded = true;
    for (const Reason& reason : each.reasons) {
      // Several conditions may fail for one reason: without a GPU all that ask for one.
      const bool said =
          std::any_of(result.reasons.begin(), result.reasons.end(), [&](const Reason& other) {
            return other.code == reason.code && other.advice == reason.advice;
          });
      if (!said) result.reasons.push_back(reason);
    }
  }
  result.outcome = failed ? Outcome::fail : unknown ? Outcome::unknown : Outcome::pass;
  return result;
}

std::size_t faults(const ChoiceResult& result) {
  return static_cast<std::size_t>(
      std::count_if(result.conditions.begin(), result.conditions.end(), [](const auto& each) {
        return each.outcome == Outcome::fail || each.outcome == Outcome::unknown;
      }));
}

void conclude(const Policy& policy, PolicyAnswer& answer) {
  answer.policy = policy.name;
  answer.source = policy.source;
  if (answer.choice >= 0) {
    const ChoiceResult& passed = answer.choices[static_cast<std::size_t>(answer.choice)];
    answer.decision = answer.at_fallback ? Decision::fallback
                      : passed.degraded  ? Decision::allow_degraded
                                         : Decision::allow;
    // Why it came to that: what kept out the choice that the author likes best.
    if (answer.decision != Decision::allow && answer.choice > 0)
      answer.reasons = answer.choices.front().reasons;
    answer.reasons.insert(answer.reasons.end(), passed.reasons.begin(), passed.reasons.end());
    if (answer.reasons.empty() && answer.decision != Decision::allow) {
      answer.reasons.push_back(feature_reason(
          "degradedChoice", kPermanent,
          fmt::format("the app calls \"{}\" a choice with less comfort", passed.name)));
    }
    return;
  }
  const bool unknown = std::any_of(answer.choices.begin(), answer.choices.end(),
                                   [](const auto& c) { return c.outcome == Outcome::unknown; });
  if (const ChoiceResult* nearest = answer.shown()) answer.reasons = nearest->reasons;
  if (policy.fallback.kind == FallbackKind::hosted) {
    answer.decision = Decision::fallback;
    answer.fallback_note = policy.fallback.note;
  } else {
    answer.decision = unknown ? Decision::undecided : Decision::deny;
  }
}

// Facts for a model whose author has stated its need: the place is the system's memory.
Verdict stated_verdict(const DeviceProfile& profile, const StatedModel& stated, Verdict verdict) {
  if (stated.download_bytes > 0) {
    verdict.download_bytes =
        Known<Bytes>::of(stated.download_bytes, "the policy", KnownBy::published);
  }
  if (stated.memory_bytes > 0) {
    const auto need = static_cast<double>(stated.memory_bytes);
    Room room;
    room.need_bytes = Range{need, need, need};
    room.available_bytes = profile.memory.usable_bytes;
    room.capacity_bytes = profile.memory.capacity_bytes;
    verdict.memory = {};
    verdict.memory.total_bytes = stated.memory_bytes;
    verdict.total_bytes_range = room.need_bytes;
    verdict.available_bytes = room.available_bytes;
    verdict.place = "cpu";
    verdict.reasons.clear();
    verdict.fit = room.fit();
    const auto have = room.available_bytes
                          ? std::optional(static_cast<double>(*room.available_bytes))
                          : std::nullopt;
    const bool later = room.capacity_bytes && stated.memory_bytes <= *room.capacity_bytes;
    if (verdict.fit != Fit::fits) {
      verdict.reasons.push_back(amount_reason(verdict.fit == Fit::unknown ? "factUnknown"
                                              : verdict.fit == Fit::tight ? "littleHeadroom"
                                                                          : "insufficientMemory",
                                              verdict.fit == Fit::unknown ? kUserFixable
                                              : later                     ? kTransient
                                                                          : kPermanent,
                                              need, have, "bytes", KnownBy::published,
                                              verdict.fit == Fit::unknown
                                                  ? "free memory is not known; see `weighin doctor`"
                                              : later ? "close other programs before loading it"
                                                      : "choose a smaller model"));
    }
  }
  const auto& disk = profile.storage;
  if (stated.download_bytes > 0 && !disk.empty() && disk.front().free_bytes &&
      *disk.front().free_bytes < stated.download_bytes && is_yes(verdict.fit)) {
    verdict.fit = Fit::too_big;
    verdict.reasons.push_back(amount_reason(
        "diskFull", kUserFixable, static_cast<double>(stated.download_bytes),
        static_cast<double>(*disk.front().free_bytes), "bytes", disk.front().free_bytes.known_by,
        "free space, or name another folder with --models-dir"));
  }
  return verdict;
}

}  // namespace

AdviseOptions options_of(const Choice& choice, const AdviseOptions& base) {
  AdviseOptions made = base;
  made.demands.min_decode_tokens_per_second = made.demands.max_first_token_seconds = 0.0;
  made.demands.max_download_bytes = 0;
  if (!choice.format.empty()) {
    made.plan.format = choice.format;
    made.format_given = true;
  }
  if (!choice.runtime.empty()) {
    made.plan.runtime = choice.runtime;
    made.runtime_given = true;
  }
  if (!choice.kv_type.empty()) made.plan.kv_type = choice.kv_type;
  if (choice.context) made.plan.context = *choice.context;
  if (choice.parallel) made.plan.parallel = *choice.parallel;
  return made;
}

const ChoiceResult* PolicyAnswer::shown() const {
  if (choice >= 0) return &choices[static_cast<std::size_t>(choice)];
  const ChoiceResult* best = nullptr;
  // One that may yet pass is nearer than one that cannot. Of two that are as near, the later is the
  // smaller one: nearer to what the device can do.
  const auto distance = [](const ChoiceResult& each) {
    return std::pair(each.outcome == Outcome::fail, faults(each));
  };
  for (const ChoiceResult& each : choices) {
    if (best == nullptr || distance(each) <= distance(*best)) best = &each;
  }
  return best;
}

PolicyAnswer decide_on(const Policy& policy, const DecideOptions& options,
                       const std::function<GateFacts(const Choice&, std::size_t)>& facts) {
  PolicyAnswer answer;
  for (std::size_t i = 0; i < policy.choices.size(); ++i) {
    const Choice& choice = policy.choices[i];
    if (answer.choice >= 0) {
      ChoiceResult skipped;
      skipped.name = choice.name;
      skipped.model = skipped.model_name = choice.stated ? choice.stated->name : choice.model;
      skipped.reached = false;
      answer.choices.push_back(std::move(skipped));
      continue;
    }
    answer.choices.push_back(weigh_choice(policy, choice, false, facts(choice, i), options));
    if (answer.choices.back().outcome == Outcome::pass) answer.choice = static_cast<int>(i);
  }
  if (answer.choice < 0 && policy.fallback.kind == FallbackKind::model) {
    ChoiceResult last = weigh_choice(policy, policy.fallback.choice, true,
                                     facts(policy.fallback.choice, policy.choices.size()), options);
    const bool passed = last.outcome == Outcome::pass;
    answer.choices.push_back(std::move(last));
    if (passed) {
      answer.choice = static_cast<int>(answer.choices.size()) - 1;
      answer.at_fallback = true;
    }
  }
  conclude(policy, answer);
  answer.sentence = sentence_of(policy, answer);
  answer.availability =
      exit_code(answer.decision) == 0 && answer.choice >= 0 ? "downloadable" : "unavailable";
  return answer;
}

PolicyAnswer decide_once(const Policy& policy, const PolicyModels& models,
                         const DeviceProfile& profile, const Measurements& measurements,
                         const DecideOptions& options) {
  std::vector<Verdict> verdicts(policy.choices.size() + 1);
  PolicyAnswer answer = decide_on(policy, options, [&](const Choice& choice, std::size_t place) {
    if (choice.about_device() || place >= models.size() || !models[place])
      return gate_facts(profile, nullptr);
    const ModelSpec& model = *models[place];
    Verdict& verdict = verdicts[place];
    verdict = gate(profile, model, options_of(choice, options.advise), measurements).verdict;
    if (choice.stated) verdict = stated_verdict(profile, *choice.stated, std::move(verdict));
    return gate_facts(profile, &verdict);
  });
  for (std::size_t i = 0; i < answer.choices.size() && i < verdicts.size(); ++i) {
    ChoiceResult& each = answer.choices[i];
    each.verdict = std::move(verdicts[i]);
    if (i < models.size() && models[i] && models[i]->known_by != KnownBy::assumed)
      each.model_name = models[i]->name;
    if (i < models.size() && models[i] && !models[i]->id.empty()) each.model = models[i]->id;
  }
  // A file that is there needs no download.
  if (answer.choice >= 0 && static_cast<std::size_t>(answer.choice) < models.size()) {
    const auto& model = models[static_cast<std::size_t>(answer.choice)];
    if (!model) {
      answer.availability = "available";
    } else if (model->file && model->file->path.find("://") == std::string::npos) {
      answer.availability = "available";
    }
  }
  answer.sentence = sentence_of(policy, answer);
  return answer;
}

PolicyAnswer decide(const Policy& policy, const PolicyModels& models, const DeviceProfile& profile,
                    const Measurements& measurements, const DecideOptions& options) {
  PolicyAnswer answer = decide_once(policy, models, profile, measurements, options);
  if (options.flip)
    answer.nearest = nearest_change(policy, models, profile, measurements, options, answer);
  return answer;
}

bool asks_for_speed(const Policy& policy) {
  const auto speed = [](const std::vector<Condition>& conditions) {
    return std::any_of(conditions.begin(), conditions.end(), [](const Condition& each) {
      return each.key == "min_decode" || each.key == "min_prefill" ||
             each.key == "max_first_token" || each.key == "max_load";
    });
  };
  if (speed(policy.conditions)) return true;
  return std::any_of(policy.choices.begin(), policy.choices.end(),
                     [&](const Choice& each) { return speed(each.conditions); });
}

int gate_exit_code(Decision decision, bool strict, int unknown) {
  const bool degraded = decision == Decision::allow_degraded || decision == Decision::fallback;
  if (strict && degraded) return 1;
  if (decision == Decision::undecided) return unknown;
  return exit_code(decision);
}

}  // namespace weighin
