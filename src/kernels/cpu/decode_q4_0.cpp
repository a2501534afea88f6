// How fast can one token pass through a matrix of Q4_0 weights?
#include "kernels/cpu/format_q4_0.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q4_0_kernel;
const Kernel decode_q4_0_kernel = decode_kernel<FormatQ4_0>("decode q4_0", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
