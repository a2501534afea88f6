// How fast can one token pass through a matrix of IQ4_XS weights?
#include "kernels/cpu/format_iq4_xs.hpp"

namespace weighin::kernels::WEIGHIN_ISA {

extern const Kernel decode_iq4_xs_kernel;
const Kernel decode_iq4_xs_kernel = decode_kernel<FormatIq4Xs>("decode iq4_xs", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
