// How fast can a prompt pass through a matrix of IQ4_XS weights?
#include "kernels/cpu/format_iq4_xs.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_iq4_xs_kernel;
const Kernel prefill_iq4_xs_kernel = prefill_kernel<FormatIq4Xs>("prefill iq4_xs", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
