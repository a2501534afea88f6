// Which of two places runs a model faster, by what was measured?
#include "advise/faster_place.hpp"

#include <fmt/format.h>

#include "advise/browser.hpp"
#include "weighin/units.hpp"

namespace weighin {
namespace {

std::optional<Range> range_of(const Known<Speed>& speed) {
  return speed ? std::optional(speed->range) : std::nullopt;
}

bool lies_in(double value, const Range& range) { return value >= range.low && value <= range.high; }

/// 1, -1, or 0 where a prediction lies in the range of the other.
int compare_ranges(const Range& first, const Range& second) {
  if (lies_in(first.mid, second) || lies_in(second.mid, first)) return 0;
  return first.mid > second.mid ? 1 : -1;
}

bool is_known(const PlaceSpeed& speed) { return speed.decode || speed.prefill; }

std::string name_of(const Placement& placement) {
  return placement.place == "cpu" ? "the CPU" : placement.place;
}

std::string rate_words(double per_second) {
  return fmt::format("{:.{}f}", per_second, per_second < 9.95 ? 1 : 0);
}

}  // namespace

SpeedQuestion speed_question(const DeviceProfile& profile, const AdviseOptions& options,
                             const Placement& placement) {
  const Estimate& made = placement.estimate;
  SpeedQuestion question = question_of(placement);
  name_processor(profile.cpu, question);
  question.runtime = made.plan.runtime;
  question.context = made.plan.context;
  question.prompt_tokens = options.demands.prompt_tokens;
  if (placement.place != "browser") question.file_bytes = made.download_bytes.value_or(0);
  if (placement.place == "cpu") question.repacked_bytes = made.residency.repacked_bytes;
  return question;
}

PlaceSpeed place_speed(const DeviceProfile& profile, const ModelSpec& model,
                       const AdviseOptions& options, const Placement& placement,
                       const Measurements& measurements) {
  const Speeds speeds = predict_speeds(placement.estimate.token,
                                       speed_question(profile, options, placement), measurements);
  PlaceSpeed made;
  made.prefill = range_of(speeds.prefill);
  if (model.modality != "embedding" && model.modality != "encoder")
    made.decode = range_of(speeds.decode);
  return made;
}

std::optional<int> compare_speeds(const PlaceSpeed& first, const PlaceSpeed& second) {
  const bool writing = first.decode && second.decode, reading = first.prefill && second.prefill;
  if (writing) {
    const int faster = compare_ranges(*first.decode, *second.decode);
    if (faster != 0 || !reading) return faster;
  }
  // One of them writes, and nobody knows how fast the other does.
  if (!writing && (first.decode || second.decode)) return std::nullopt;
  if (!reading) return std::nullopt;
  return compare_ranges(*first.prefill, *second.prefill);
}

std::string choice_words(const Placement& chosen, const PlaceSpeed& chosen_speed,
                         const Placement& other, const PlaceSpeed& other_speed) {
  const std::string places = fmt::format("on {} rather than {}", name_of(chosen), name_of(other));
  const auto faster = compare_speeds(chosen_speed, other_speed);
  if (!faster) {
    const bool known = is_known(chosen_speed), other_known = is_known(other_speed);
    return fmt::format("{} by rule: both hold it, and the speed on {} was not measured", places,
                       known == other_known ? "either"
                       : known              ? name_of(other)
                                            : name_of(chosen));
  }
  const bool writes = chosen_speed.decode && other_speed.decode;
  const bool by_decode = writes && compare_ranges(*chosen_speed.decode, *other_speed.decode) != 0;
  if (*faster == 0)
    return places + " by rule: both hold it, and are much the same by what was measured";
  const Range& ours = by_decode ? *chosen_speed.decode : *chosen_speed.prefill;
  const Range& theirs = by_decode ? *other_speed.decode : *other_speed.prefill;
  return fmt::format("{}: by what was measured it {} {} tokens/s there, {} on {}{}", places,
                     by_decode ? "writes" : "reads prompts at", rate_words(ours.mid),
                     rate_words(theirs.mid), name_of(other),
                     writes && !by_decode ? ", and writes much the same on both" : "");
}

}  // namespace weighin
