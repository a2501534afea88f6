// How fast can one token pass through a matrix of Q2_K weights?
#include "kernels/cpu/format_q2_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q2_k_kernel;
const Kernel decode_q2_k_kernel = decode_kernel<FormatQ2K>("decode q2_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
