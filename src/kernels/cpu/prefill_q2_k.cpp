// How fast can a prompt pass through a matrix of Q2_K weights?
#include "kernels/cpu/format_q2_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q2_k_kernel;
const Kernel prefill_q2_k_kernel = prefill_kernel<FormatQ2K>("prefill q2_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
