// How are rows of Q4_0 multiplied with vectors?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ4_0 : QuantizedFormat<32, 32> {
  static constexpr const char* name = "Q4_0";
  static constexpr Activation activation = Activation::q8_per_32;
  static constexpr int block_columns = 32;
  static constexpr int block_bytes = sizeof(BlockQ4_0);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{0, 2, 1, 0}, {2, 4, 4, 0}};

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    const unsigned char* codes = group + 2 * kLanes;
    U32 low[4];
    for (int i = 0; i < 4; ++i) {
      ahead(i);
      low[i] = load_words(codes + i * 4 * kLanes);
    }
    ahead(4);
    const F32 scale = load_halves(group);
    PairSums<vectors> pairs;
    if constexpr (PairSums<vectors>::used) {
      for (int i = 0; i < 4; i += 2) {
        pairs.add(low_nibbles(low[i]), low_nibbles(low[i + 1]), x, b * 32 + 4 * i);
        pairs.add(high_nibbles(low[i]), high_nibbles(low[i + 1]), x, b * 32 + 16 + 4 * i);
      }
    }
    for (int v = 0; v < vectors; ++v) {
      const int8_t* a = x[v].values + b * 32;
      I32 sum = hn::Zero(kI32);
      if constexpr (PairSums<vectors>::used) {
        sum = pairs.of(v);
      } else {
        for (int i = 0; i < 4; ++i) {
          sum = add_codes(sum, low_nibbles(low[i]), broadcast_word(a + 4 * i));
          sum = add_codes(sum, high_nibbles(low[i]), broadcast_word(a + 16 + 4 * i));
        }
      }
      // The offset of 8 in every weight, taken out at once.
      const I32 whole = add_sum(hn::Set(kI32, -8 * x[v].sums[b]), sum);
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, whole),
                             hn::Mul(scale, hn::Set(kF32, x[v].scales[b])), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
