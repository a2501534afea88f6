// How fast can one token pass through a matrix of Q8_0 weights?
#include "kernels/cpu/format_q8_0.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_q8_0_kernel;
const Kernel decode_q8_0_kernel = decode_kernel<FormatQ8_0>("decode q8_0", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
