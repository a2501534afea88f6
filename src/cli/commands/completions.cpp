// weighin completions: what do a shell and man read of our options?
#include <CLI/CLI.hpp>

#include "cli/manual.hpp"
#include "cli/settled.hpp"

namespace weighin {
namespace {

int run(const CLI::App& root, const std::string& what) {
  const std::string text = what == "bash"   ? bash_completion(root)
                           : what == "zsh"  ? zsh_completion(root)
                           : what == "fish" ? fish_completion(root)
                                            : man_page(root);
  const Result<Done> written = write_stdout(text);
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation&) {
  auto what = std::make_shared<std::string>();
  app.add_option("SHELL", *what, "bash, zsh, fish, or man for the manual page")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  return [&app, what] { return run(*app.get_parent(), *what); };
}

}  // namespace

extern const Command completions_command;
const Command completions_command{"completions",
                                  "print the completions of a shell, or the manual page", setup};

}  // namespace weighin
