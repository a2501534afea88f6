// Do manual and completions name every option of every command?
#include "cli/manual.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace weighin {
namespace {

struct Tree {
  CLI::App app{"A question?", "weighin"};
  Tree() {
    for (const Command* command : command_table()) {
      CLI::App* sub =
          app.add_subcommand(std::string(command->name), std::string(command->description));
      static_cast<void>(command->setup(*sub, {}));
    }
  }
};

std::string without(std::string text, char c) {
  std::erase(text, c);
  return text;
}

TEST(Manual, NamesEveryOptionOfEveryCommand) {
  const Tree tree;
  const std::string man = without(man_page(tree.app), '\\');
  const std::string bash = bash_completion(tree.app), zsh = zsh_completion(tree.app),
                    fish = fish_completion(tree.app);
  std::size_t options = 0;
  for (const CLI::App* sub : tree.app.get_subcommands([](const CLI::App*) { return true; })) {
    EXPECT_NE(man.find("fBweighin " + sub->get_name()), std::string::npos) << sub->get_name();
    EXPECT_NE(zsh.find("'" + sub->get_name() + ":"), std::string::npos) << sub->get_name();
    EXPECT_NE(fish.find("-a " + sub->get_name() + " -d"), std::string::npos) << sub->get_name();
    for (const CLI::Option* option : sub->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        ++options;
        EXPECT_NE(man.find("fB--" + name + "fR"), std::string::npos) << name;
        EXPECT_NE(bash.find("--" + name), std::string::npos) << name;
        EXPECT_NE(zsh.find("'--" + name + "["), std::string::npos) << name;
        EXPECT_NE(fish.find(" -l " + name), std::string::npos) << name;
      }
    }
  }
  EXPECT_GT(options, 100u);
  EXPECT_NE(bash.find("auto always never"), std::string::npos) << "words of --color";
}

TEST(Manual, FindsTheOptionThatWasMeant) {
  const Tree tree;
  const CLI::App& gate = *tree.app.get_subcommand("gate");
  EXPECT_EQ(nearest_option(gate, "--min-decod"), "--min-decode");
  EXPECT_EQ(nearest_option(gate, "--polcy=x.json"), "--policy");
  EXPECT_EQ(nearest_option(gate, "--horoscope-of-the-day"), "");
}

}  // namespace
}  // namespace weighin
