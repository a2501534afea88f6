// How fast can a prompt pass through a matrix of Q4_0 weights?
#include "kernels/cpu/format_q4_0.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q4_0_kernel;
const Kernel prefill_q4_0_kernel = prefill_kernel<FormatQ4_0>("prefill q4_0", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
