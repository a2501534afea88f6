// How fast can a prompt pass through a matrix of Q6_K weights?
#include "kernels/cpu/format_q6_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_q6_k_kernel;
const Kernel prefill_q6_k_kernel = prefill_kernel<FormatQ6K>("prefill q6_k", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
