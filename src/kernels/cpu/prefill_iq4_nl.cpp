// How fast can a prompt pass through a matrix of IQ4_NL weights?
#include "kernels/cpu/format_lookup.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel prefill_iq4_nl_kernel;
const Kernel prefill_iq4_nl_kernel =
    prefill_kernel<FormatLookup<kTypeIq4Nl>>("prefill iq4_nl", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
