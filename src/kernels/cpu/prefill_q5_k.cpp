// How fast can a prompt pass through a matrix of Q5_K weights?
#include "kernels/cpu/format_q5_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q5_k_kernel;
const Kernel prefill_q5_k_kernel = prefill_kernel<FormatQ5K>("prefill q5_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
