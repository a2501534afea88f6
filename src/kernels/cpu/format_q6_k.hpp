// How are rows of Q6_K multiplied with vectors?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ6K : QuantizedFormat<256, 16> {
  static constexpr const char* name = "Q6_K";
  static constexpr Activation activation = Activation::q8_per_256;
  static constexpr int block_columns = 256;
  static constexpr int block_bytes = sizeof(BlockQ6K);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {
      {208, 2, 1, 0}, {192, 4, 4, 0}, {0, 4, 32, 0}, {128, 4, 16, 0}};

  /// Byte `part` of each lane, with its sign, as a scale for add_scaled_sum().
  template <int part>
  static HWY_INLINE I32 signed_scale(U32 four) {
    return spread_scale(hn::ShiftRight<24>(signed_words(hn::ShiftLeft<24 - 8 * part>(four))));
  }

  /// The quarter (32 weights, two parts) of a half: low bits in nibbles, high bits at 2 * quarter.
  template <int half, int quarter, int vectors, class Ahead>
  static HWY_INLINE void two_parts(const unsigned char* low_bits, const unsigned char* high_bits,
                                   const Ahead& ahead, U32 scales, const Quantized (&x)[vectors],
                                   int64_t b, I32 (&totals)[vectors]) {
    constexpr int steps = kCodeSteps<6> < 4 ? kCodeSteps<6> : 4;
    const U32 top = hn::Set(kU32, 0x30303030u);
    const auto codes_of = [&](int i) {
      const U32 words = load_words(low_bits + (16 * half + 8 * (quarter % 2) + i) * 4 * kLanes);
      const U32 high = load_words(high_bits + (8 * half + i) * 4 * kLanes);
      const U32 nibbles = quarter < 2 ? low_nibbles(words) : high_nibbles(words);
      const U32 moved = quarter < 2 ? hn::ShiftLeft<(quarter < 2 ? 4 - 2 * quarter : 0)>(high)
                                    : hn::ShiftRight<(quarter < 2 ? 0 : 2 * quarter - 4)>(high);
      return hn::Or(nibbles, hn::And(moved, top));
    };
    for (int part = 0; part < 2; ++part) {
      const I32 scale = part == 0 ? signed_scale<2 * quarter % 4>(scales)
                                  : signed_scale<2 * quarter % 4 + 1>(scales);
      if constexpr (PairSums<vectors>::used) {
        PairSums<vectors> pairs;
        for (int i = 4 * part; i < 4 * part + 4; i += 2)
          pairs.add(codes_of(i), codes_of(i + 1), x, b * 256 + 128 * half + 32 * quarter + 4 * i);
        for (int v = 0; v < vectors; ++v) totals[v] = add_scaled_sum(totals[v], pairs.of(v), scale);
        continue;
      }
      for (int start = 4 * part; start < 4 * part + 4; start += steps) {
        I32 sums[vectors];
        for (int v = 0; v < vectors; ++v) sums[v] = hn::Zero(kI32);
        for (int i = start; i < start + steps; ++i) {
          if (quarter < 2) ahead(16 * half + 8 * (quarter % 2) + i);
          const U32 codes = codes_of(i);
          for (int v = 0; v < vectors; ++v) {
            const int8_t* a = x[v].values + b * 256 + 128 * half + 32 * quarter + 4 * i;
            sums[v] = add_codes(sums[v], codes, broadcast_word(a));
          }
        }
        for (int v = 0; v < vectors; ++v) totals[v] = add_scaled_sum(totals[v], sums[v], scale);
      }
    }
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    for (int i = 32; i < 56; ++i) ahead(i);
    const unsigned char* low_bits = group + 18 * kLanes;
    const unsigned char* high_bits = group + 146 * kLanes;
    U32 scales[4];
    for (int i = 0; i < 4; ++i) scales[i] = load_words(group + 2 * kLanes + i * 4 * kLanes);
    I32 sums[vectors];
    for (int v = 0; v < vectors; ++v) sums[v] = hn::Zero(kI32);
    two_parts<0, 0>(low_bits, high_bits, ahead, scales[0], x, b, sums);
    two_parts<0, 1>(low_bits, high_bits, ahead, scales[0], x, b, sums);
    two_parts<0, 2>(low_bits, high_bits, ahead, scales[1], x, b, sums);
    two_parts<0, 3>(low_bits, high_bits, ahead, scales[1], x, b, sums);
    two_parts<1, 0>(low_bits, high_bits, ahead, scales[2], x, b, sums);
    two_parts<1, 1>(low_bits, high_bits, ahead, scales[2], x, b, sums);
    two_parts<1, 2>(low_bits, high_bits, ahead, scales[3], x, b, sums);
    two_parts<1, 3>(low_bits, high_bits, ahead, scales[3], x, b, sums);
    const F32 scale = load_halves(group);
    for (int v = 0; v < vectors; ++v) {
      // The offset of 32 in every weight: 32 * sum over parts of scale * (sum of its
      // activations).
      I32 offset = hn::Zero(kI32);
      for (int i = 0; i < 4; ++i) {
        const I32 even = high_bytes(hn::ShiftLeft<8>(scales[i]));
        const I32 odd = high_bytes(scales[i]);
        offset = hn::Add(offset, pair_products(even, hn::Set(kI32, x[v].sums[8 * b + 2 * i])));
        offset = hn::Add(offset, pair_products(odd, hn::Set(kI32, x[v].sums[8 * b + 2 * i + 1])));
      }
      const I32 whole = hn::Sub(sums[v], hn::ShiftLeft<5>(offset));
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, whole),
                             hn::Mul(scale, hn::Set(kF32, x[v].scales[b])), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
