// How are rows of Q5_K multiplied with vectors?
#pragma once

#include "kernels/cpu/scales_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ5K : QuantizedFormat<256, 32> {
  static constexpr const char* name = "Q5_K";
  static constexpr Activation activation = Activation::q8_per_256;
  static constexpr int block_columns = 256;
  static constexpr int block_bytes = sizeof(BlockQ5K);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {
      {0, 2, 1, 0}, {2, 2, 1, 0}, {4, 4, 3, 0}, {16, 4, 8, 0}, {48, 4, 32, 0}};

  /// Parts 2 * pair and 2 * pair + 1: 32 bytes of low bits of every row, and two bits of the 32 of
  /// `high`.
  template <int pair, int vectors, class Ahead>
  static HWY_INLINE void two_parts(const unsigned char* high_bits, const unsigned char* codes,
                                   const Ahead& ahead, const ScalesK& k,
                                   const Quantized (&x)[vectors], int64_t b,
                                   I32 (&totals)[vectors]) {
    const I32 low_scale = unsigned_scale<2 * pair % 4>(k.scales[pair / 2]);
    const I32 high_scale = unsigned_scale<2 * pair % 4 + 1>(k.scales[pair / 2]);
    const U32 sixteen = hn::Set(kU32, 0x10101010u);
    const auto unpack = [&](int i, U32& low_codes, U32& high_codes) {
      const U32 words = load_words(codes + (8 * pair + i) * 4 * kLanes);
      const U32 fifth = load_words(high_bits + i * 4 * kLanes);
      // Bit 2 * pair and bit 2 * pair + 1 of every byte, moved to bit 4.
      const U32 fifth_low = pair < 2 ? hn::ShiftLeft<(pair < 2 ? 4 - 2 * pair : 0)>(fifth)
                                     : hn::ShiftRight<(pair < 2 ? 0 : 2 * pair - 4)>(fifth);
      const U32 fifth_high = pair < 2 ? hn::ShiftLeft<(pair < 2 ? 3 - 2 * pair : 0)>(fifth)
                                      : hn::ShiftRight<(pair < 2 ? 0 : 2 * pair - 3)>(fifth);
      low_codes = hn::Or(low_nibbles(words), hn::And(fifth_low, sixteen));
      high_codes = hn::Or(high_nibbles(words), hn::And(fifth_high, sixteen));
    };
    U32 low_codes, high_codes;
    if constexpr (PairSums<vectors>::used) {
      PairSums<vectors> lows, highs;
      for (int i = 0; i < 8; i += 2) {
        U32 next_low, next_high;
        unpack(i, low_codes, high_codes);
        unpack(i + 1, next_low, next_high);
        const int64_t at = b * 256 + 64 * pair + 4 * i;
        lows.add(low_codes, next_low, x, at);
        highs.add(high_codes, next_high, x, at + 32);
      }
      for (int v = 0; v < vectors; ++v) {
        totals[v] = add_scaled_sum(add_scaled_sum(totals[v], lows.of(v), low_scale), highs.of(v),
                                   high_scale);
      }
      return;
    }
    constexpr int steps = kCodeSteps<5> < 8 ? kCodeSteps<5> : 8;
    for (int start = 0; start < 8; start += steps) {
      I32 low[vectors], high[vectors];
      for (int v = 0; v < vectors; ++v) low[v] = high[v] = hn::Zero(kI32);
      for (int i = start; i < start + steps; ++i) {
        ahead(8 * pair + i);
        unpack(i, low_codes, high_codes);
        for (int v = 0; v < vectors; ++v) {
          const int8_t* a = x[v].values + b * 256 + 64 * pair + 4 * i;
          low[v] = add_codes(low[v], low_codes, broadcast_word(a));
          high[v] = add_codes(high[v], high_codes, broadcast_word(a + 32));
        }
      }
      for (int v = 0; v < vectors; ++v) {
        totals[v] =
            add_scaled_sum(add_scaled_sum(totals[v], low[v], low_scale), high[v], high_scale);
      }
    }
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    for (int i = 32; i < 44; ++i) ahead(i);
    const ScalesK k = unpack_scales(group + 4 * kLanes);
    const unsigned char* high_bits = group + 16 * kLanes;
    const unsigned char* codes = group + 48 * kLanes;
    I32 sums[vectors];
    for (int v = 0; v < vectors; ++v) sums[v] = hn::Zero(kI32);
    two_parts<0>(high_bits, codes, ahead, k, x, b, sums);
    two_parts<1>(high_bits, codes, ahead, k, x, b, sums);
    two_parts<2>(high_bits, codes, ahead, k, x, b, sums);
    two_parts<3>(high_bits, codes, ahead, k, x, b, sums);
    const F32 scale = load_halves(group), min_scale = load_halves(group + 2 * kLanes);
    for (int v = 0; v < vectors; ++v) {
      const F32 a_scale = hn::Set(kF32, x[v].scales[b]);
      const I32 mins = add_mins(hn::Zero(kI32), k, x[v].sums + 4 * b);
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, sums[v]), hn::Mul(scale, a_scale), totals[v]);
      totals[v] = hn::NegMulAdd(hn::ConvertTo(kF32, mins), hn::Mul(min_scale, a_scale), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
