// How are the 6-bit scales and mins of Q4_K and Q5_K taken apart for all rows at once?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// Lane = row; each word holds four 8-bit values: parts 0-3 and 4-7.
struct ScalesK {
  U32 scales[2];
  U32 mins[2];
};

/// The three words of BlockQ4K::scales: the low six bits of words 0 and 1 are scales and mins of
/// parts 0-3; word 2 has the low nibbles of parts 4-7, whose high bits top the words before.
HWY_INLINE ScalesK unpack_scales(const unsigned char* words) {
  const U32 first = load_words(words), second = load_words(words + 4 * kLanes);
  const U32 third = load_words(words + 8 * kLanes);
  const U32 six = hn::Set(kU32, 0x3f3f3f3fu), two = hn::Set(kU32, 0x30303030u);
  ScalesK out;
  out.scales[0] = hn::And(first, six);
  out.mins[0] = hn::And(second, six);
  out.scales[1] = hn::Or(low_nibbles(third), hn::And(hn::ShiftRight<2>(first), two));
  out.mins[1] = hn::Or(high_nibbles(third), hn::And(hn::ShiftRight<2>(second), two));
  return out;
}

/// Byte `part` of each lane as a scale for add_scaled_sum().
template <int part>
HWY_INLINE I32 unsigned_scale(U32 four) {
  return spread_scale(signed_words(hn::And(hn::ShiftRight<8 * part>(four), hn::Set(kU32, 0xffu))));
}

/// total + sum over parts of min * (sum of the part's activations).
HWY_INLINE I32 add_mins(I32 total, const ScalesK& k, const int32_t* sums) {
  const U32 bytes = hn::Set(kU32, 0x00ff00ffu);
  for (int half = 0; half < 2; ++half) {
    const I32 even = signed_words(hn::And(k.mins[half], bytes));
    const I32 odd = signed_words(hn::And(hn::ShiftRight<8>(k.mins[half]), bytes));
    total = hn::Add(total, pair_products(even, hn::Set(kI32, sums[2 * half])));
    total = hn::Add(total, pair_products(odd, hn::Set(kI32, sums[2 * half + 1])));
  }
  return total;
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
