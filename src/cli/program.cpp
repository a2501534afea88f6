// Which subcommand was meant, and how did it end?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "bench/gpu/gpu_child.hpp"
#include "cli/command.hpp"
#include "cli/manual.hpp"
#include "cli/terminal.hpp"
#include "probes/gpu/child.hpp"
#include "weighin/core.hpp"

namespace weighin {
namespace {

// Our own executable, for the child processes that ask the GPU drivers.
std::string own_program(const char* argv0) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) return self.string();
  return std::filesystem::absolute(argv0, error).string();
}

// Without a subcommand the question is `check`: `weighin`, `weighin gemma-2b`, `weighin --json`.
std::vector<std::string> with_default_command(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty()) {
    const std::string& first = words.front();
    for (const char* own : {"-h", "--help", "--help-all", "--version"}) {
      if (first == own) return words;
    }
    for (const Command* command : command_table()) {
      if (first == command->name) return words;
    }
  }
  words.insert(words.begin(), "check");
  return words;
}

// Which option was meant by the first word that is none of the command's?
std::string hint_for(const CLI::App& app, const std::vector<std::string>& reversed) {
  const std::string help = "weighin --help, or weighin COMMAND --help";
  if (reversed.empty()) return help;
  const auto subs = app.get_subcommands(
      [&](const CLI::App* each) { return each->get_name() == reversed.back(); });
  const CLI::App* sub = subs.empty() ? nullptr : subs.front();
  if (sub == nullptr) return help;
  for (auto word = reversed.rbegin(); word != reversed.rend(); ++word) {
    const std::string name = word->substr(0, word->find('='));
    if (!name.starts_with("--") || sub->get_option_no_throw(name) != nullptr) continue;
    const std::string near = nearest_option(*sub, name);
    if (!near.empty())
      return fmt::format("{} is meant? (weighin {} --help)", near, sub->get_name());
  }
  return help;
}

int run(int argc, const char* const* argv) {
  CLI::App app{"Which language model will download, load and run well on this device?", "weighin"};
  app.set_version_flag("--version", fmt::format("weighin {}", version()));
  app.set_help_all_flag("--help-all", "help of all subcommands");
  app.require_subcommand(0, 1);
  app.footer(
      "Exit codes: 0 done, or yes; 1 no, it does not fit; 2 could not decide; 64 wrong use; 65 bad "
      "data;\n"
      "66 input missing; 70 our fault; 74 cannot write; 130 interrupted.");
  const Invocation invocation{own_program(argv[0])};
  std::function<int()> chosen;
  for (const Command* command : command_table()) {
    CLI::App* sub =
        app.add_subcommand(std::string(command->name), std::string(command->description));
    const std::function<int()> act = command->setup(*sub, invocation);
    sub->callback([&chosen, act] { chosen = act; });
  }
  std::vector<std::string> words = with_default_command(argc, argv);
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  std::reverse(words.begin(), words.end());  // CLI11 takes its words from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    words = with_default_command(argc, argv);  // parse() has eaten some of them
    std::reverse(words.begin(), words.end());
    if (error.get_exit_code() == 0) return app.exit(error);  // help, version
    return fail({ErrorKind::usage, error.what(), "", hint_for(app, words)}, json);
  }
  return chosen ? chosen() : 0;
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  // Before anything else: the child that asks one GPU driver, or measures through it, is this program, run again.
  if (is_gpu_child(argc, argv)) return gpu_child_main(argc, argv);
  if (is_gpu_bench_child(argc, argv)) return gpu_bench_child_main(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    return fail({ErrorKind::internal, "out of memory", "",
                 "raise the memory limit of this process, or use --no-bench"});
  } catch (const std::exception& error) {
    return fail({ErrorKind::internal, fmt::format("a fault of ours: {}", error.what()), "",
                 "please report it with the output of `weighin doctor`"});
  }
}

}  // namespace weighin
