// How fast can a prompt pass through a matrix of Q4_K weights?
#include "kernels/cpu/format_q4_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q4_k_kernel;
const Kernel prefill_q4_k_kernel = prefill_kernel<FormatQ4K>("prefill q4_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
