// How fast can one token pass through a matrix of BF16 weights?
#if defined(__AVX512BF16__)
#include "kernels/cpu/format_bf16.hpp"
#else
#include "kernels/cpu/format_float.hpp"
#endif

namespace weighin::kernels::WEIGHIN_ISA {

#if defined(__AVX512BF16__)
using Bf16 = FormatBf16Pairs;
#else
using Bf16 = FormatFloat<kTypeBf16>;
#endif

extern const Kernel decode_bf16_kernel;
const Kernel decode_bf16_kernel = decode_kernel<Bf16>("decode bf16", 1e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
