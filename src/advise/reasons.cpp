// Which reasons may a verdict give, and what would cure each?
#include "advise/reasons.hpp"

#include <utility>

namespace weighin {

// Words of winget's ExpectedReturnCodes are used where one fits (insufficientMemory, diskFull,
// systemNotSupported), so that an installer can hand them on:
// https://github.com/microsoft/winget-cli/blob/master/schemas/JSON/manifests/v1.6.0/manifest.installer.1.6.0.json
// The classes are Chromium's idea: reasons grouped by what would cure them (permanent, by asking,
// by waiting): components/optimization_guide/core/model_execution.
const std::vector<ReasonInfo>& reason_list() {
  static const std::vector<ReasonInfo> list{
      {"insufficientMemory", "permanent | user_fixable | transient",
       "The model needs more main memory than may be used. permanent: more than the device has; "
       "user_fixable: a limit on this process stands in the way; transient: other programs hold it "
       "now."},
      {"insufficientVram", "permanent | transient",
       "The part of the model that would lie on the GPU needs more of its memory than there is. "
       "transient: other programs hold it now."},
      {"littleHeadroom", "permanent | user_fixable | transient",
       "The model fits in what is free now, and leaves less than a tenth of it (a fifth where GPU "
       "and "
       "system share the memory). Classes as for insufficientMemory."},
      {"limitedByContainer", "user_fixable",
       "A limit on this process (cgroup, resource limit, overcommit) is lower than what the device "
       "has; "
       "the advice names it."},
      {"gpuAllocationLimit", "permanent",
       "The model's largest tensor is larger than the GPU's interface lets one buffer be."},
      {"softwareGpuOnly", "permanent",
       "The only GPU found is a rasterizer that runs on the CPU; it is never counted."},
      {"probeCrashed", "user_fixable",
       "A GPU driver failed while it was asked; a GPU behind it would not be seen."},
      {"probeTimedOut", "transient",
       "A GPU driver did not answer in time; a GPU behind it would not be seen."},
      {"diskFull", "user_fixable",
       "The download is larger than the free space where models are stored."},
      {"storageReadOnly", "user_fixable", "Nothing can be written where models are stored."},
      {"downloadTooLarge", "user_fixable",
       "The download is larger than what was asked for at most."},
      {"tooSlowDecode", "permanent | user_fixable",
       "The low end of the predicted tokens per second is below what was asked for."},
      {"tooSlowFirstToken", "permanent",
       "The high end of the predicted time to the first token is above what was asked for."},
      {"tooSlowPrefill", "permanent",
       "The low end of the predicted tokens per second of reading a prompt is below what was asked "
       "for."},
      {"tooSlowLoad", "permanent",
       "The high end of the predicted time to load the model is above what was asked for."},
      {"tooSlowDownload", "user_fixable",
       "The download would take longer, at the stated line speed, than was asked for."},
      {"insufficientCores", "permanent", "The processor has fewer cores than were asked for."},
      {"instructionSetMissing", "permanent",
       "The processor, or its operating system, lacks an instruction set that was asked for."},
      {"gpuMissing", "permanent", "A GPU was asked for, and there is none of that kind."},
      {"gpuFeatureMissing", "permanent | user_fixable",
       "The GPU lacks a feature or a version of Vulkan that was asked for. user_fixable: a newer "
       "driver may have it."},
      {"missingDependency", "user_fixable",
       "A GPU is there, and the driver that would let it be used is not installed."},
      {"onBattery", "transient", "The device runs on battery, and mains power was asked for."},
      {"degradedChoice", "permanent",
       "The choice that passes is one that the app itself calls degraded."},
      {"contextTooLong", "user_fixable",
       "The asked context is longer than the model was made for."},
      {"systemNotSupported", "permanent", "The runtime cannot run this model in this way."},
      {"noPublishedWeights", "permanent",
       "The model is only offered as a hosted service: there is nothing to download."},
      {"notMeasured", "user_fixable",
       "A speed was asked for, and what it depends on was not measured."},
      {"measurementUnstable", "transient",
       "The measurements that a speed rests on varied: the low end misses what was asked, the high "
       "end does not."},
      {"factUnknown", "user_fixable",
       "A fact that the decision depends on is not known; the advice names it."},
  };
  return list;
}

Reason feature_reason(std::string code, std::string cls, std::string advice) {
  return amount_reason(std::move(code), std::move(cls), 1.0, 0.0, "feature", KnownBy::reported,
                       std::move(advice));
}

Reason amount_reason(std::string code, std::string cls, double required,
                     std::optional<double> actual, std::string unit, KnownBy known_by,
                     std::string advice) {
  Reason reason;
  reason.code = std::move(code);
  reason.cls = std::move(cls);
  reason.required = required;
  reason.actual = actual;
  reason.unit = std::move(unit);
  reason.known_by = known_by;
  reason.advice = std::move(advice);
  return reason;
}

bool listed(const Reason& reason) {
  for (const ReasonInfo& info : reason_list()) {
    if (info.code != reason.code) continue;
    const std::string classes = " | " + info.cls + " | ";
    return classes.find(" | " + reason.cls + " | ") != std::string::npos;
  }
  return false;
}

}  // namespace weighin
