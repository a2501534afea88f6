// How fast can one token pass through a matrix of Q6_K weights?
#include "kernels/cpu/format_q6_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q6_k_kernel;
const Kernel decode_q6_k_kernel = decode_kernel<FormatQ6K>("decode q6_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
