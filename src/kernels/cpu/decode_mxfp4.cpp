// How fast can one token pass through a matrix of MXFP4 weights?
#include "kernels/cpu/format_lookup.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_mxfp4_kernel;
const Kernel decode_mxfp4_kernel = decode_kernel<FormatLookup<kTypeMxfp4>>("decode mxfp4", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
