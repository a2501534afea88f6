// How fast can one token pass through a matrix of Q4_K weights?
#include "kernels/cpu/format_q4_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q4_k_kernel;
const Kernel decode_q4_k_kernel = decode_kernel<FormatQ4K>("decode q4_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
