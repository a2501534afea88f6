// What is a subcommand?  One file in commands/, with one row at its end.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "session/invocation.hpp"

namespace CLI {
class App;
}

namespace weighin {

/// One subcommand: `extern const Command NAME_command{…};` in commands/NAME.cpp.
struct Command {
  std::string_view name;
  std::string_view description;
  /// Declares options on `app` and returns what runs when the subcommand is chosen; that returns
  /// the exit code.
  std::function<int()> (*setup)(CLI::App& app, const Invocation& invocation);
};

std::span<const Command* const> command_table();

/// The whole program: returns the exit code, throws nothing.
int run_program(int argc, const char* const* argv);

}  // namespace weighin
