// How are rows of Q4_K multiplied with vectors?
#pragma once

#include "kernels/cpu/scales_k.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ4K : QuantizedFormat<256, 32> {
  static constexpr const char* name = "Q4_K";
  static constexpr Activation activation = Activation::q8_per_256;
  static constexpr int block_columns = 256;
  static constexpr int block_bytes = sizeof(BlockQ4K);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{0, 2, 1, 0}, {2, 2, 1, 0}, {4, 4, 3, 0}, {16, 4, 32, 0}};

  /// Parts 2 * pair and 2 * pair + 1: 32 bytes of every row.
  template <int pair, int vectors, class Ahead>
  static HWY_INLINE void two_parts(const unsigned char* codes, const Ahead& ahead, const ScalesK& k,
                                   const Quantized (&x)[vectors], int64_t b,
                                   I32 (&totals)[vectors]) {
    const I32 low_scale = unsigned_scale<2 * pair % 4>(k.scales[pair / 2]);
    const I32 high_scale = unsigned_scale<2 * pair % 4 + 1>(k.scales[pair / 2]);
    I32 low[vectors], high[vectors];
    if constexpr (PairSums<vectors>::used) {
      PairSums<vectors> lows, highs;
      for (int i = 0; i < 8; i += 2) {
        const U32 first = load_words(codes + (8 * pair + i) * 4 * kLanes);
        const U32 second = load_words(codes + (8 * pair + i + 1) * 4 * kLanes);
        const int64_t at = b * 256 + 64 * pair + 4 * i;
        lows.add(low_nibbles(first), low_nibbles(second), x, at);
        highs.add(high_nibbles(first), high_nibbles(second), x, at + 32);
      }
      for (int v = 0; v < vectors; ++v) {
        low[v] = lows.of(v);
        high[v] = highs.of(v);
      }
    } else {
      for (int v = 0; v < vectors; ++v) low[v] = high[v] = hn::Zero(kI32);
      for (int i = 0; i < 8; ++i) {
        ahead(8 * pair + i);
        const U32 words = load_words(codes + (8 * pair + i) * 4 * kLanes);
        const U32 low_codes = low_nibbles(words), high_codes = high_nibbles(words);
        for (int v = 0; v < vectors; ++v) {
          const int8_t* a = x[v].values + b * 256 + 64 * pair + 4 * i;
          low[v] = add_codes(low[v], low_codes, broadcast_word(a));
          high[v] = add_codes(high[v], high_codes, broadcast_word(a + 32));
        }
      }
    }
    for (int v = 0; v < vectors; ++v) {
      totals[v] = add_scaled_sum(add_scaled_sum(totals[v], low[v], low_scale), high[v], high_scale);
    }
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    static_assert(kCodeSteps<4> == 8);
    for (int i = 32; i < 36; ++i) ahead(i);
    const ScalesK k = unpack_scales(group + 4 * kLanes);
    const unsigned char* codes = group + 16 * kLanes;
    I32 sums[vectors];
    for (int v = 0; v < vectors; ++v) sums[v] = hn::Zero(kI32);
    two_parts<0>(codes, ahead, k, x, b, sums);
    two_parts<1>(codes, ahead, k, x, b, sums);
    two_parts<2>(codes, ahead, k, x, b, sums);
    two_parts<3>(codes, ahead, k, x, b, sums);
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
