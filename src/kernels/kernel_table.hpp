// Where is the list of all kernels?
#pragma once

#include <span>

#include "kernels/kernel.hpp"

namespace weighin::kernels {

/// Every kernel for every instruction set that it was built for; written by src/cmake/isa.cmake.
std::span<const Kernel* const> kernel_table();

/// The instruction sets of isa.cmake in its order, the best last.
std::span<const char* const> kernel_isa_names();

}  // namespace weighin::kernels
