// How fast can one token pass through a matrix of IQ4_NL weights?
#include "kernels/cpu/format_lookup.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_iq4_nl_kernel;
const Kernel decode_iq4_nl_kernel = decode_kernel<FormatLookup<kTypeIq4Nl>>("decode iq4_nl", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
