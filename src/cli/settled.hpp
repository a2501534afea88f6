// What does every subcommand do before it runs?
#pragma once

#include <functional>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "session/session.hpp"

namespace weighin {

/// Lets the session speak on this terminal, and know the words that are commands.
void equip(Options& options);

/// The same, then settle_options().
Result<Done> settle(const CLI::App& app, Options& options);

/// Which of a fresh set of options a subcommand's run gets.
template <class Run>
std::function<int()> with_options(CLI::App& app, std::shared_ptr<Options> options, Run run) {
  return [&app, options, run]() -> int {
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options);
  };
}

}  // namespace weighin
