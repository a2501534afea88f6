// How does the answer of a gate become one line of JSON?
#include <fmt/format.h>

#include "report/json_document.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

Json json_of_condition(const ConditionResult& each) {
  Json out{{"condition", each.key}, {"result", to_text(each.outcome)}};
  const auto value = [&](const std::optional<double>& number, const std::string& text,
                         const std::string& why) -> Json {
    if (number) return json_of_number(*number);
    if (!text.empty()) return text;
    return json_of_unknown(Status::error, why.empty() ? "not known" : why);
  };
  out["need"] = value(each.need, each.need_text, "nothing stated");
  out["have"] =
      each.outcome == Outcome::unknown && !each.have
          ? json_of_unknown(Status::error, each.source.empty() ? "not known" : each.source)
          : value(each.have, each.have_text.empty() ? "none" : each.have_text, "");
  out["unit"] = each.unit;
  out["known_by"] = to_text(each.known_by);
  out["source"] = each.source;
  return out;
}

Json json_of_reasons(const std::vector<Reason>& reasons) {
  Json list = Json::array();
  for (const Reason& reason : reasons) list.push_back(json_of_reason(reason));
  return list;
}

Json json_of_choice(const ChoiceResult& each) {
  Json out{{"name", each.name}, {"model", each.model}};
  if (!each.reached) {
    out["result"] = "not_reached";
    return out;
  }
  out["result"] = to_text(each.outcome);
  out["degraded"] = each.degraded;
  out["conditions"] = Json::array();
  for (const ConditionResult& condition : each.conditions)
    out["conditions"].push_back(json_of_condition(condition));
  out["reasons"] = json_of_reasons(each.reasons);
  return out;
}

// The verdict word of a choice: its model's, unless a condition of the policy says more.
Fit fit_of(const ChoiceResult& shown) {
  Fit fit = shown.verdict.model.empty() && shown.verdict.name.empty()
                ? (shown.outcome == Outcome::pass      ? Fit::fits
                   : shown.outcome == Outcome::unknown ? Fit::unknown
                                                       : Fit::unsupported)
                : shown.verdict.fit;
  if (fit != Fit::fits && fit != Fit::tight) return fit;
  for (const ConditionResult& each : shown.conditions) {
    if (each.outcome == Outcome::unknown) fit = Fit::unknown;
    if (each.outcome != Outcome::fail) continue;
    if (each.unit == "tokens_per_second" || each.unit == "seconds") return Fit::slow;
    return each.unit == "bytes" ? Fit::too_big : Fit::unsupported;
  }
  return fit;
}

}  // namespace

std::string policy_answer_json(const PolicyAnswer& answer, double elapsed_seconds, int exit_code) {
  const ChoiceResult none;
  const ChoiceResult& shown = answer.shown() != nullptr ? *answer.shown() : none;
  const Verdict& verdict = shown.verdict;
  Json document{
      {"schema", "weighin/gate/1"}, {"decision", to_text(answer.decision)},
      {"exit_code", exit_code},     {"policy", answer.policy},
      {"choice", shown.name},       {"availability", answer.availability},
      {"model", shown.model},       {"format", verdict.format},
      {"runtime", verdict.runtime}, {"place", verdict.place.empty() ? "none" : verdict.place},
      {"context", verdict.context}, {"verdict", to_text(fit_of(shown))}};
  const Status skipped = Status::skipped;
  const bool weighed = !verdict.runtime.empty();
  document["download_bytes"] = weighed ? json_of_known(verdict.download_bytes)
                                       : json_of_unknown(skipped, "the choice names no model");
  document["memory_bytes"] = verdict.memory.total_bytes > 0
                                 ? Json(verdict.memory.total_bytes)
                                 : json_of_unknown(Status::unsupported, "not estimated");
  document["available_bytes"] = weighed ? json_of_known(verdict.available_bytes)
                                        : json_of_unknown(skipped, "the choice names no model");
  document["decode_tokens_per_second"] =
      weighed ? json_of_speed(verdict.decode_tokens_per_second)
              : json_of_unknown(skipped, "the choice names no model");
  document["sentence"] = answer.sentence;
  document["reasons"] = json_of_reasons(answer.reasons);
  document["choices"] = Json::array();
  for (const ChoiceResult& each : answer.choices)
    document["choices"].push_back(json_of_choice(each));
  if (!answer.fallback_note.empty()) document["fallback"] = answer.fallback_note;
  if (answer.nearest) {
    document["nearest_change"] = {{"change", answer.nearest->change},
                                  {"decision", to_text(answer.nearest->decision)},
                                  {"words", answer.nearest->words}};
  }
  document["elapsed_seconds"] = elapsed_seconds < 0
                                    ? json_of_unknown(skipped, "the device is not this machine")
                                    : json_of_number(elapsed_seconds);
  return text_of_document(document, true);
}

}  // namespace weighin
