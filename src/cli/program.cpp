// Which subcommand was meant, and how did it end?
#include <cstdio>

#include "cli/command.hpp"
#include "probes/gpu/child.hpp"
#include "weighin/core.hpp"

namespace weighin {

int run_program(int argc, const char* const* argv) {
  // Before anything else: the child that asks one GPU driver is this program, run again.
  if (is_gpu_child(argc, argv)) return gpu_child_main(argc, argv);
  std::printf("weighin %s\n", version());
  return 0;
}

}  // namespace weighin
