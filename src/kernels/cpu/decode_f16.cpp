// How fast can one token pass through a matrix of F16 weights?
#include "kernels/cpu/format_float.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_f16_kernel;
const Kernel decode_f16_kernel = decode_kernel<FormatFloat<kTypeF16>>("decode f16", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
