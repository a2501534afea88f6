// How fast can a prompt pass through a matrix of F16 weights?
#include "kernels/cpu/format_float.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_f16_kernel;
const Kernel prefill_f16_kernel = prefill_kernel<FormatFloat<kTypeF16>>("prefill f16", 2e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
