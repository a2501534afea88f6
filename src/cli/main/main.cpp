// Where does the program start?
#include <stdlib.h>

#include "cli/command.hpp"

int main(int argc, char** argv) {
  // hwloc loads its plugins wherever they are installed, and with them the libraries of GPU vendors
  // into this very process. None of them answers anything that is asked of hwloc here. (Set before
  // there is a second thread; what the user has set stays.)
  setenv("HWLOC_PLUGINS_PATH", "/nonexistent", 0);
  return weighin::run_program(argc, argv);
}
