// How is a decision told to a person in an installer's dialog?
#include <fmt/format.h>

#include "advise/policy.hpp"

namespace weighin {
namespace {

std::string of_bytes(const std::optional<double>& bytes, bool disk) {
  if (!bytes) return "an unknown amount";
  const auto whole = static_cast<Bytes>(*bytes);
  return disk ? text_decimal(whole) : text_binary(whole);
}

// What stands in the way, in plain words.
std::string plain_words(const Reason& reason) {
  const std::string& code = reason.code;
  if (code == "insufficientMemory") {
    return fmt::format("it needs {} of memory and {} {}", of_bytes(reason.required, false),
                       of_bytes(reason.actual, false),
                       reason.cls == "transient" ? "are free now" : "can be used");
  }
  if (code == "insufficientVram") {
    return fmt::format("the graphics card has {} of memory and {} are needed",
                       of_bytes(reason.actual, false), of_bytes(reason.required, false));
  }
  if (code == "littleHeadroom") return "it leaves little memory for other programs";
  if (code == "limitedByContainer") return "a limit on this program's memory stands in the way";
  if (code == "gpuAllocationLimit") return "the graphics driver's buffers are too small for it";
  if (code == "softwareGpuOnly" || code == "gpuMissing")
    return "a suitable graphics card is missing";
  if (code == "gpuFeatureMissing") return "the graphics card or its driver is too old";
  if (code == "missingDependency") return "the graphics driver is not installed";
  if (code == "diskFull") {
    return fmt::format("{} of disk space are needed and {} are there",
                       of_bytes(reason.required, true), of_bytes(reason.actual, true));
  }
  if (code == "storageReadOnly") return "the folder for models cannot be written";
  if (code == "downloadTooLarge")
    return fmt::format("the download is too large ({})",
                       of_bytes(std::max(reason.required, reason.actual), true));
  if (code == "tooSlowDownload") return "the download would take too long";
  if (code == "tooSlowDecode" && reason.actual) {
    return fmt::format("it would write {:.1f} words a second and {:g} are wanted",
                       *reason.actual * 0.75, reason.required.value_or(0.0) * 0.75);
  }
  if (code == "tooSlowPrefill") return "it would read too slowly";
  if (code == "tooSlowFirstToken") return "its answers would begin too late";
  if (code == "tooSlowLoad") return "it would take too long to start";
  if (code == "insufficientCores") return "the processor has too few cores";
  if (code == "instructionSetMissing") return "the processor is too old";
  if (code == "systemNotSupported") return "this system is not supported";
  if (code == "noPublishedWeights") return "the model is only offered as a service";
  if (code == "contextTooLong") return "the model cannot keep that much text in mind";
  if (code == "onBattery") return "the device runs on battery";
  if (code == "measurementUnstable") return "its speed varied too much to be told";
  if (code == "degradedChoice") return "it is the smaller of what the app offers";
  if (code == "probeCrashed" || code == "probeTimedOut") return "a graphics driver is broken";
  if (code == "notMeasured") return "its speed was not measured";
  return "something about this device could not be found out";
}

}  // namespace

std::string sentence_of(const Policy& policy, const PolicyAnswer& answer) {
  const ChoiceResult* shown = answer.shown();
  if (shown == nullptr) return "The policy names nothing to decide.";
  const std::string name = !shown->model_name.empty() ? shown->model_name
                           : shown->name.empty()      ? "it"
                                                      : "\"" + shown->name + "\"";
  std::string because;
  for (const ConditionResult& each : shown->conditions) {
    if (each.outcome != Outcome::fail && each.outcome != Outcome::unknown) continue;
    if (!each.reasons.empty()) because = plain_words(each.reasons.front());
    if (each.outcome == Outcome::fail) break;
  }
  if (because.empty() && !shown->reasons.empty()) because = plain_words(shown->reasons.front());
  const Verdict& verdict = shown->verdict;
  std::string cost;
  if (verdict.memory.total_bytes > 0) {
    cost = fmt::format(": it takes {} of memory", text_binary(verdict.memory.total_bytes));
    if (verdict.download_bytes && answer.availability != "available")
      cost += fmt::format(" and a download of {}", text_decimal(*verdict.download_bytes));
  }
  // A choice without a model is about the device alone.
  const bool device = shown->model_name.empty();
  const std::string why = because.empty() ? "see the reasons" : because;
  if (device && answer.decision != Decision::fallback) {
    const std::string wish = shown->name.empty() ? "the app" : name;
    if (answer.decision == Decision::deny)
      return fmt::format("No, this device is not good enough for {}: {}.", wish, why);
    if (answer.decision == Decision::undecided)
      return fmt::format("It could not be decided whether this device is good enough for {}: {}.",
                         wish, why);
    return because.empty() ? fmt::format("Yes, this device is good enough for {}.", wish)
                           : fmt::format("Yes, this device is good enough for {}, but {}.", wish,
                                         because);
  }
  switch (answer.decision) {
    case Decision::allow:
      return fmt::format("Yes, {} will run well on this device{}.", name, cost);
    case Decision::allow_degraded:
      return because.empty()
                 ? fmt::format("Yes, {} will run on this device{}.", name, cost)
                 : fmt::format("Yes, but {}: {} will run with less comfort.", because, name);
    case Decision::fallback:
      if (answer.at_fallback)
        return fmt::format("The smaller {} will be used on this device{}.", name, cost);
      return fmt::format(
          "This device cannot run {} itself ({}), so {} will be used.", name, why,
          policy.fallback.note.empty() ? "the online service" : policy.fallback.note);
    case Decision::deny:
      return fmt::format("No, {} will not run on this device: {}.", name, why);
    case Decision::undecided:
      return fmt::format("It could not be decided whether {} will run on this device: {}.", name,
                         why);
  }
  return {};
}

}  // namespace weighin
