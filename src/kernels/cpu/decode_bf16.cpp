// How fast can one token pass through a matrix of BF16 weights?
#include "kernels/cpu/format_float.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_bf16_kernel;
const Kernel decode_bf16_kernel = decode_kernel<FormatFloat<kTypeBf16>>("decode bf16", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
