// How fast can a prompt pass through a matrix of MXFP4 weights?
#include "kernels/cpu/format_lookup.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_mxfp4_kernel;
const Kernel prefill_mxfp4_kernel = prefill_kernel<FormatLookup<kTypeMxfp4>>("prefill mxfp4", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
