// How fast can a prompt pass through a matrix of Q8_0 weights?
#include "kernels/cpu/format_q8_0.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q8_0_kernel;
const Kernel prefill_q8_0_kernel = prefill_kernel<FormatQ8_0>("prefill q8_0", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
