// How are two rows multiplied with two vectors in one instruction, where the processor has one?
//
// Arm's int8 matrix multiplication (i8mm): smmla takes 2 rows and 2 vectors of 8 values each and
// adds to 2 x 2 sums, twice what sdot does. Two words of four rows become two pairs of rows. Other
// instruction sets leave it out (`used` is false).
// https://developer.arm.com/documentation/ddi0602/latest/SIMD-FP-Instructions/SMMLA--vector---Signed-8-bit-integer-matrix-multiply-accumulate--vector--
#pragma once

#include "kernels/cpu/activations.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

#if defined(__ARM_FEATURE_MATMUL_INT8)

template <int vectors>
struct PairSums {
  static constexpr bool used = vectors % 2 == 0;
  static constexpr int pairs = used ? vectors / 2 : 1;
  int32x4_t upper[pairs], lower[pairs];  ///< rows 0 and 1, rows 2 and 3: [row][vector]

  HWY_INLINE PairSums() {
    for (int p = 0; p < pairs; ++p) upper[p] = lower[p] = vdupq_n_s32(0);
  }
  /// Eight columns: the words hold four each of every row; the activations begin at `at`.
  HWY_INLINE void add(U32 first, U32 second, const Quantized (&x)[vectors], int64_t at) {
    const int8x16_t above = vreinterpretq_s8_u32(vzip1q_u32(first.raw, second.raw));
    const int8x16_t below = vreinterpretq_s8_u32(vzip2q_u32(first.raw, second.raw));
    for (int p = 0; p < pairs; ++p) {
      const int8x16_t a =
          vcombine_s8(vld1_s8(x[2 * p].values + at), vld1_s8(x[2 * p + 1].values + at));
      upper[p] = vmmlaq_s32(upper[p], above, a);
      lower[p] = vmmlaq_s32(lower[p], below, a);
    }
  }
  /// The four rows' sums with one vector.
  HWY_INLINE I32 of(int v) const {
    const int32x4_t above = upper[v / 2], below = lower[v / 2];
    return I32{v % 2 == 0 ? vuzp1q_s32(above, below) : vuzp2q_s32(above, below)};
  }
};

#else

template <int vectors>
struct PairSums {
  static constexpr bool used = false;
};

#endif

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
