// How fast can one token pass through a matrix of Q5_K weights?
#include "kernels/cpu/format_q5_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q5_k_kernel;
const Kernel decode_q5_k_kernel = decode_kernel<FormatQ5K>("decode q5_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
