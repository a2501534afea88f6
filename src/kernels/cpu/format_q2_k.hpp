// How are rows of Q2_K multiplied with vectors?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ2K : QuantizedFormat<256, 16> {
  static constexpr const char* name = "Q2_K";
  static constexpr Activation activation = Activation::q8_per_256;
  static constexpr int block_columns = 256;
  static constexpr int block_bytes = sizeof(BlockQ2K);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{80, 2, 1, 0}, {82, 2, 1, 0}, {0, 4, 4, 0}, {16, 4, 16, 0}};

  /// The low nibble of byte `part` of each lane.
  template <int part>
  static HWY_INLINE I32 low_scale(U32 four) {
    return spread_scale(signed_words(hn::And(hn::ShiftRight<8 * part>(four), hn::Set(kU32, 15u))));
  }

  /// The quarter (32 weights, two parts) of a half lies at bits 2 * quarter of its 32 bytes.
  template <int half, int quarter, int vectors, class Ahead>
  static HWY_INLINE void two_parts(const unsigned char* codes, const Ahead& ahead, U32 scales,
                                   const Quantized (&x)[vectors], int64_t b,
                                   I32 (&wholes)[vectors]) {
    static_assert(kCodeSteps<2> >= 4);
    for (int part = 0; part < 2; ++part) {
      const I32 scale =
          part == 0 ? low_scale<2 * quarter % 4>(scales) : low_scale<2 * quarter % 4 + 1>(scales);
      I32 sums[vectors];
      for (int v = 0; v < vectors; ++v) sums[v] = hn::Zero(kI32);
      for (int i = 4 * part; i < 4 * part + 4; ++i) {
        if (quarter == 0) ahead(8 * half + i);
        const U32 words = load_words(codes + (8 * half + i) * 4 * kLanes);
        const U32 two_bits =
            hn::And(hn::ShiftRight<2 * quarter>(words), hn::Set(kU32, 0x03030303u));
        for (int v = 0; v < vectors; ++v) {
          const int8_t* a = x[v].values + b * 256 + 128 * half + 32 * quarter + 4 * i;
          sums[v] = add_codes(sums[v], two_bits, broadcast_word(a));
        }
      }
      for (int v = 0; v < vectors; ++v) wholes[v] = add_scaled_sum(wholes[v], sums[v], scale);
    }
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    const unsigned char* codes = group + 20 * kLanes;
    U32 scales[4];
    for (int i = 0; i < 4; ++i) scales[i] = load_words(group + 4 * kLanes + i * 4 * kLanes);
    for (int i = 16; i < 24; ++i) ahead(i);
    I32 wholes[vectors];
    for (int v = 0; v < vectors; ++v) wholes[v] = hn::Zero(kI32);
    two_parts<0, 0>(codes, ahead, scales[0], x, b, wholes);
    two_parts<0, 1>(codes, ahead, scales[0], x, b, wholes);
    two_parts<0, 2>(codes, ahead, scales[1], x, b, wholes);
    two_parts<0, 3>(codes, ahead, scales[1], x, b, wholes);
    two_parts<1, 0>(codes, ahead, scales[2], x, b, wholes);
    two_parts<1, 1>(codes, ahead, scales[2], x, b, wholes);
    two_parts<1, 2>(codes, ahead, scales[3], x, b, wholes);
    two_parts<1, 3>(codes, ahead, scales[3], x, b, wholes);
    const F32 scale = load_halves(group), min_scale = load_halves(group + 2 * kLanes);
    const U32 nibbles = hn::Set(kU32, 0x000f000fu);
    for (int v = 0; v < vectors; ++v) {
      I32 mins = hn::Zero(kI32);
      for (int i = 0; i < 4; ++i) {
        const I32 even = signed_words(hn::And(hn::ShiftRight<4>(scales[i]), nibbles));
        const I32 odd = signed_words(hn::And(hn::ShiftRight<12>(scales[i]), nibbles));
        mins = hn::Add(mins, pair_products(even, hn::Set(kI32, x[v].sums[8 * b + 2 * i])));
        mins = hn::Add(mins, pair_products(odd, hn::Set(kI32, x[v].sums[8 * b + 2 * i + 1])));
      }
      const F32 a_scale = hn::Set(kF32, x[v].scales[b]);
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, wholes[v]), hn::Mul(scale, a_scale), totals[v]);
      totals[v] = hn::NegMulAdd(hn::ConvertTo(kF32, mins), hn::Mul(min_scale, a_scale), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
