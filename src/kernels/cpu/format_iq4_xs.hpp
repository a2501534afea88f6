// How are rows of IQ4_XS multiplied with vectors?
#pragma once

#include "kernels/cpu/lookup.hpp"
#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatIq4Xs : QuantizedFormat<256, 32> {
  static constexpr const char* name = "IQ4_XS";
  static constexpr Activation activation = Activation::q8_per_256;
  static constexpr int block_columns = 256;
  static constexpr int block_bytes = sizeof(BlockIq4Xs);
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{0, 2, 1, 0}, {2, 2, 1, 0}, {4, 4, 1, 0}, {8, 4, 32, 0}};

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    const auto table = load_table(kIq4Table);
    U32 high_scales =
        hn::PromoteTo(kU32, hn::LoadU(kU16, reinterpret_cast<const uint16_t*>(group + 2 * kLanes)));
    U32 low_scales = load_words(group + 4 * kLanes);
    I32 wholes[vectors];
    for (int v = 0; v < vectors; ++v) wholes[v] = hn::Zero(kI32);
    for (int part = 0; part < 8; ++part) {
      const U32 low_bits = hn::And(low_scales, hn::Set(kU32, 15u));
      const U32 high_bits = hn::ShiftLeft<4>(hn::And(high_scales, hn::Set(kU32, 3u)));
      const I32 scale = hn::Sub(signed_words(hn::Or(low_bits, high_bits)), hn::Set(kI32, 32));
      low_scales = hn::ShiftRight<4>(low_scales);
      high_scales = hn::ShiftRight<2>(high_scales);
      // prepare_quantized() keeps the sums of four parts in the order 0, 2, 1, 3.
      const int place = part / 4 * 4 + part % 2 * 2 + part / 2 % 2;
      I32 sums[vectors];
      for (int v = 0; v < vectors; ++v) {
        int16_t sum;
        __builtin_memcpy(&sum, reinterpret_cast<const int16_t*>(x[v].sums + 4 * b) + place, 2);
        sums[v] = hn::Set(kI32, -kWideBias * sum);
      }
      for (int i = 0; i < 4; ++i) {
        ahead(4 * part + i);
        const U32 words = load_words(group + 8 * kLanes + (4 * part + i) * 4 * kLanes);
        const U32 low = look_up(table, low_nibbles(words));
        const U32 high = look_up(table, high_nibbles(words));
        for (int v = 0; v < vectors; ++v) {
          const int8_t* a = x[v].values + b * 256 + 32 * part + 4 * i;
          sums[v] = add_wide(sums[v], low, broadcast_word(a));
          sums[v] = add_wide(sums[v], high, broadcast_word(a + 16));
        }
      }
      for (int v = 0; v < vectors; ++v) wholes[v] = hn::Add(wholes[v], hn::Mul(sums[v], scale));
    }
    for (int i = 32; i < 36; ++i) ahead(i);
    const F32 scale = load_halves(group);
    for (int v = 0; v < vectors; ++v) {
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, wholes[v]),
                             hn::Mul(scale, hn::Set(kF32, x[v].scales[b])), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
