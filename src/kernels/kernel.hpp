// What is a kernel?  Plain structs only: this header is compiled with every instruction set's flags.
#pragma once

#include <span>

namespace weighin::kernels {

struct Kernel {
  const char* name;
};

std::span<const Kernel* const> kernel_table();

}  // namespace weighin::kernels
