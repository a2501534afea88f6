// How fast can a prompt pass through a matrix of BF16 weights?
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

extern const Kernel prefill_bf16_kernel;
const Kernel prefill_bf16_kernel = prefill_kernel<Bf16>("prefill bf16", 2e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
