// How fast can a prompt pass through a matrix of BF16 weights?
#include "kernels/cpu/format_float.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_bf16_kernel;
const Kernel prefill_bf16_kernel = prefill_kernel<FormatFloat<kTypeBf16>>("prefill bf16", 2e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
