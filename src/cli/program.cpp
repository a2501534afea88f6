// Which subcommand was meant, and how did it end?
#include <cstdio>

#include "cli/command.hpp"
#include "weighin/core.hpp"

namespace weighin {

int run_program(int, const char* const*) {
  std::printf("weighin %s\n", version());
  return 0;
}

}  // namespace weighin
