// What may be asked of a gate, beside what all questions share?
#pragma once

#include "session/gate_session.hpp"

namespace weighin {

/// --strict, --on-unknown, --what-if, --date, --budget-ms, and one option for each condition of a
/// policy, but those that all subcommands share.
void add_gate_options(CLI::App& app, GateOptions& options);

/// `--gpu yes` is the condition, `--gpu 1` the choice: sorts them. To be called after parsing.
void take_gpu_condition(GateOptions& options);

}  // namespace weighin
