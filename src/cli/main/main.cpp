// Where does the program start?
#include "cli/command.hpp"

int main(int argc, char** argv) { return weighin::run_program(argc, argv); }
