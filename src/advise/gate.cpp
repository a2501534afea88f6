// May an installer go ahead?
#include <fmt/format.h>

#include <utility>

#include "advise/judge.hpp"
#include "advise/reasons.hpp"

namespace weighin {
namespace {

Decision decision_of(const Verdict& verdict, const Demands& demands) {
  switch (verdict.fit) {
    case Fit::fits:
      return Decision::allow;
    case Fit::tight:
      return Decision::allow_degraded;
    case Fit::slow:
      return exit_code(verdict, demands) == 0 ? Decision::allow_degraded : Decision::deny;
    case Fit::too_big:
    case Fit::unsupported:
    case Fit::not_downloadable:
      return Decision::deny;
    case Fit::unknown:
      return Decision::undecided;
  }
  return Decision::undecided;
}

}  // namespace

GateAnswer gate(const DeviceProfile& profile, const ModelSpec& model, const AdviseOptions& options,
                const Measurements& measurements) {
  GateAnswer answer;
  answer.verdict = judge_alone(profile, model, options, measurements);
  // An installer is about to download: whether the file has room is a fact that matters here. What
  // is already a no stays one.
  Verdict& verdict = answer.verdict;
  if (is_yes(verdict.fit) && !verdict.storage_free_bytes) {
    verdict.fit = Fit::unknown;
    verdict.reasons.push_back(amount_reason(
        "factUnknown", kUserFixable, static_cast<double>(verdict.download_bytes.value_or(0)),
        std::nullopt, "bytes", KnownBy::reported,
        fmt::format(
            "the free space for the download is not known ({}); name the folder with --models-dir",
            verdict.storage_free_bytes.why)));
  }
  answer.decision = decision_of(verdict, options.demands);
  answer.reasons = verdict.reasons;
  return answer;
}

}  // namespace weighin
