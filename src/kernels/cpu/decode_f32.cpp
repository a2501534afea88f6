// How fast can one token pass through a matrix of F32 weights?
#include "kernels/cpu/format_float.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_f32_kernel;
const Kernel decode_f32_kernel = decode_kernel<FormatFloat<kTypeF32>>("decode f32", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
