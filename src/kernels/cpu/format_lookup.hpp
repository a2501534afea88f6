// How are rows of IQ4_NL and MXFP4 multiplied with vectors, whose nibbles name values in a table?
#pragma once

#include "kernels/cpu/lookup.hpp"
#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

enum LookupType { kTypeIq4Nl, kTypeMxfp4 };
constexpr const char* kLookupNames[] = {"IQ4_NL", "MXFP4"};

/// 2^(e - 128) of each row. Below 2^-126 it is 0.
HWY_INLINE F32 load_exponents(const unsigned char* bytes) {
  constexpr hn::Rebind<uint8_t, hn::ScalableTag<float>> tag;
  const I32 e = hn::PromoteTo(kI32, hn::LoadU(tag, bytes));
  const I32 one = hn::Set(kI32, 1);
  return hn::BitCast(kF32, hn::ShiftLeft<23>(hn::Sub(hn::Max(e, one), one)));
}

template <LookupType type>
struct FormatLookup : QuantizedFormat<32, 32> {
  static constexpr const char* name = kLookupNames[type];
  static constexpr Activation activation = Activation::q8_per_32;
  static constexpr int block_columns = 32;
  static constexpr int scale_bytes = type == kTypeMxfp4 ? 1 : 2;
  static constexpr int block_bytes = scale_bytes + 16;
  static constexpr int step_bytes = block_bytes;
  static constexpr Field fields[] = {{0, scale_bytes, 1, 0}, {scale_bytes, 4, 4, 0}};

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Quantized (&x)[vectors], int64_t b, F32 (&totals)[vectors]) {
    F32 scale;
    if constexpr (type == kTypeMxfp4) {
      scale = load_exponents(group);
    } else {
      scale = load_halves(group);
    }
    const auto table = load_table(type == kTypeMxfp4 ? kMxfp4Table : kIq4Table);
    I32 sums[vectors];
    for (int v = 0; v < vectors; ++v) sums[v] = hn::Set(kI32, -kWideBias * x[v].sums[b]);
    for (int i = 0; i < 4; ++i) {
      ahead(i);
      const U32 words = load_words(group + scale_bytes * kLanes + i * 4 * kLanes);
      const U32 low = look_up(table, low_nibbles(words));
      const U32 high = look_up(table, high_nibbles(words));
      for (int v = 0; v < vectors; ++v) {
        const int8_t* a = x[v].values + b * 32 + 4 * i;
        sums[v] = add_wide(sums[v], low, broadcast_word(a));
        sums[v] = add_wide(sums[v], high, broadcast_word(a + 16));
      }
    }
    ahead(4);
    for (int v = 0; v < vectors; ++v) {
      totals[v] = hn::MulAdd(hn::ConvertTo(kF32, sums[v]),
                             hn::Mul(scale, hn::Set(kF32, x[v].scales[b])), totals[v]);
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
