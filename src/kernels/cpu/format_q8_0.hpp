// How are rows of Q8_0 multiplied with vectors?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatQ8_0 : QuantizedFormat<32, 32> {
  static constexpr const char* name = "Q8_0";
  static constexpr Activation activation = Activation::q8_per_32;
  static constexpr int block_columns = 32;
  static constexpr int block_bytes = sizeof(BlockQ8_0);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{0, 2, 1, 0}, {2, 4, 8, kWideBias}};

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    ahead(8);
    const unsigned char* weights = group + 2 * kLanes;
    const F32 scale = load_halves(group);
    I32 sums[vectors];
    for (int v = 0; v < vectors; ++v) sums[v] = hn::Set(kI32, -kWideBias * x[v].sums[b]);
    if constexpr (PairSums<vectors>::used) {
      PairSums<vectors> pairs;
      for (int i = 0; i < 8; i += 2) {
        pairs.add(load_words(weights + i * 4 * kLanes), load_words(weights + (i + 1) * 4 * kLanes),
                  x, b * 32 + 4 * i);
      }
      for (int v = 0; v < vectors; ++v) sums[v] = add_sum(sums[v], pairs.of(v));
    } else {
      for (int i = 0; i < 8; ++i) {
        ahead(i);
        const U32 words = load_words(weights + i * 4 * kLanes);
        for (int v = 0; v < vectors; ++v) {
          sums[v] = add_wide(sums[v], words, broadcast_word(x[v].values + b * 32 + 4 * i));
        }
      }
    }
    for (int v = 0; v < vectors; ++v) {
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, sums[v]),
                             hn::Mul(scale, hn::Set(kF32, x[v].scales[b])), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
