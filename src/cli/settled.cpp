// What does every subcommand do before it runs?
#include "cli/settled.hpp"

namespace weighin {

void equip(Options& options) {
  options.events = console();
  options.commands.clear();
  for (const Command* command : command_table()) options.commands.emplace_back(command->name);
}

Result<Done> settle(const CLI::App& app, Options& options) {
  equip(options);
  return settle_options(app, options);
}

}  // namespace weighin
