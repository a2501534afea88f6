// How does a question to the gate become its answer: policy, models, device, measurements?
#pragma once

#include <map>
#include <string>

#include "session/session.hpp"
#include "weighin/gate.hpp"

namespace weighin {

/// What a gate is asked with, beside the shared options.
struct GateOptions : Options {
  std::string policy_file;                        ///< a path, or "preset:NAME"
  std::string policy_text;                        ///< the policy itself, in place of a file
  std::map<std::string, std::string> conditions;  ///< by key of condition_list(), as given
  std::string on_unknown = "undecided";           ///< allow | deny: in the exit code only
  bool strict = false;
  std::string what_if;
  std::string date;  ///< empty: today
  double budget_milliseconds = 3000.0;
  bool no_flip = false;
};

struct GateOutcome {
  PolicyAnswer answer;
  int exit_code = 2;
  double elapsed_seconds = -1.0;  ///< below 0: the device is not this machine
};

/// The policy that a file, a preset, a text or the options make.
Result<Policy> load_policy(const GateOptions& options);

/// The models that its choices name.
Result<PolicyModels> load_policy_models(const Policy& policy, const Options& options,
                                        const Catalogue& catalogue);

/// Everything from the question to the answer. Warnings are told where not `options.quiet`.
Result<GateOutcome> run_gate(const GateOptions& options, const Invocation& invocation);
/// The same with a catalogue that was loaded before.
Result<GateOutcome> run_gate(const GateOptions& options, const Invocation& invocation,
                             const Catalogue& catalogue);

}  // namespace weighin
