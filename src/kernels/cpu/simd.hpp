// Which vector steps do the kernels share, and how does each instruction set do them?
//
// Highway (static mode) gives lanes, loads, shifts and conversions; products of 8-bit values, which
// Highway 1.0.3 lacks, are intrinsics here. A lane of 32 bits belongs to one row of weights and
// holds four neighbouring 8-bit values of it, so that no sum ever crosses lanes. All code is in an
// anonymous namespace: every instruction set has copies of its own.
#pragma once

#include <hwy/highway.h>

#include "kernels/kernel.hpp"

#define WEIGHIN_TEXT_OF(x) #x
#define WEIGHIN_TEXT(x) WEIGHIN_TEXT_OF(x)

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<float> kF32;
constexpr hn::ScalableTag<int32_t> kI32;
constexpr hn::ScalableTag<uint32_t> kU32;
constexpr hn::Rebind<hwy::float16_t, hn::ScalableTag<float>> kF16;
constexpr hn::Rebind<uint16_t, hn::ScalableTag<float>> kU16;
using F32 = hn::Vec<hn::ScalableTag<float>>;
using I32 = hn::Vec<hn::ScalableTag<int32_t>>;
using U32 = hn::Vec<hn::ScalableTag<uint32_t>>;

constexpr int kLanes = HWY_LANES(int32_t);

HWY_INLINE U32 load_words(const unsigned char* bytes) {
  return hn::LoadU(kU32, reinterpret_cast<const uint32_t*>(bytes));
}
HWY_INLINE F32 load_halves(const unsigned char* bytes) {
  return hn::PromoteTo(kF32, hn::LoadU(kF16, reinterpret_cast<const hwy::float16_t*>(bytes)));
}
/// How far ahead data is asked for. Measured on one Xeon (2.6 GHz, KVM guest, data from memory),
/// one thread, GB/s at 0, 2048, 4096, 6144 bytes: F16 11.4, 13.4, 13.1, 13.1;
/// Q4_0 10.9, 12.5, 12.0, 11.9; Q6_K 8.6, 11.1, 12.8, 11.8; reading alone 14.6, 15.4, 15.8, 15.6.
constexpr int64_t kPrefetchBytes = 3072;
/// The same where one stream alone is read: what is on its way must be as much. Measured on an EPYC
/// (Zen 5, KVM guest, data from memory), one thread, GB/s at 2048, 4096, 6144, 8192, 12288 bytes:
/// Q4_K with AVX2 24.5, 27.3, 30.3, 32.3, 35.3, Q6_K 16.5, 22.8, 28.2, 27.5, 30.2; with AVX-512
/// from 6144 on Q4_K 30.6, 29.4, 29.6 (all asked for into the first cache; see Ahead).
constexpr int64_t kStreamPrefetchBytes = 8192;
HWY_INLINE void prefetch_ahead(const unsigned char* at) {
  __builtin_prefetch(at + kPrefetchBytes, 0, 3);
}

/// Asks for weights that will be needed later: `streams` row groups that decode goes through side
/// by side; 0 where nothing is asked for. A step that is long asks for a share of the next step of
/// every stream, so that all of them advance together: the processor's own prefetching then works
/// on all. (Q4_K, conditions as above: 12.0 GB/s where each asked for its own, see matrix.hpp.)
///
/// A stream that is read alone is asked for into the second cache, `near` false: what lies there
/// comes faster than memory gives a core (Zen 4, Q6_K, 105 KiB gone through again and again: 41 GB/s and
/// 29). Measured on an EPYC (Zen 4, KVM guest, data from memory), one thread, GB/s
/// into the first and into the second: AVX-512 Q6_K 9 and 20, Q5_K 10 and 20, Q8_0 17 and 22; AVX2
/// Q6_K 10 and 21, Q4_K 17 and 23, Q4_0 20 and 24, F16 16 and 22.
template <int streams, bool near>
struct Ahead {
  const unsigned char* at;
  int64_t stride;
  /// To be called for each vector of 32-bit lanes that a step loads, by its number.
  HWY_INLINE void operator()(int vector) const {
    constexpr int per_line = kLanes >= 16 ? 1 : 16 / kLanes;
    if (streams == 0 || vector % per_line != 0) return;
    const int line = vector / per_line;
    __builtin_prefetch(
        at + line % (streams > 0 ? streams : 1) * stride + line / (streams > 0 ? streams : 1) * 64,
        0, near ? 3 : 2);
  }
};

/// Four neighbouring activations in every lane.
HWY_INLINE U32 broadcast_word(const int8_t* four) {
  uint32_t word;
  __builtin_memcpy(&word, four, sizeof word);
  return hn::Set(kU32, word);
}
HWY_INLINE U32 low_nibbles(U32 v) { return hn::And(v, hn::Set(kU32, 0x0f0f0f0fu)); }
HWY_INLINE U32 high_nibbles(U32 v) { return low_nibbles(hn::ShiftRight<4>(v)); }

// ---- products of 16-bit pairs: lane = a.low * b.low + a.high * b.high ----
#if defined(__AVX512BW__)
HWY_INLINE I32 pair_products(I32 a, I32 b) { return I32{_mm512_madd_epi16(a.raw, b.raw)}; }
#elif defined(__AVX2__)
HWY_INLINE I32 pair_products(I32 a, I32 b) { return I32{_mm256_madd_epi16(a.raw, b.raw)}; }
#elif defined(__SSSE3__)
HWY_INLINE I32 pair_products(I32 a, I32 b) { return I32{_mm_madd_epi16(a.raw, b.raw)}; }
#else
HWY_INLINE I32 pair_products(I32 a, I32 b) {
  const I32 low =
      hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b)));
  return hn::Add(low, hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b)));
}
#endif

/// The high byte of each 16-bit half, with its sign, as 16 bits.
HWY_INLINE I32 high_bytes(U32 halves) {
#if HWY_TARGET == HWY_SCALAR
  const I32 v = hn::BitCast(kI32, halves);
  const I32 low = hn::And(hn::ShiftRight<24>(hn::ShiftLeft<16>(v)), hn::Set(kI32, 0xffff));
  return hn::Or(low, hn::ShiftLeft<16>(hn::ShiftRight<24>(v)));
#else
  const hn::Repartition<int16_t, decltype(kI32)> halves_tag;
  return hn::BitCast(kI32, hn::ShiftRight<8>(hn::BitCast(halves_tag, halves)));
#endif
}

// ---- sums of products of codes (0 … 2^bits - 1, at most 6 bits) with 8-bit activations ----
//
// kCodeSteps<bits>: so many steps may go into one sum before add_sum() empties it. Where sums are
// of 16 bits, a step adds at most 2 * (2^bits - 1) * 127.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__) || defined(__ARM_FEATURE_DOTPROD) || \
    defined(__ARM_NEON) || !defined(__SSSE3__)
#define WEIGHIN_SUMS_OF_32_BITS 1
template <int bits>
constexpr int kCodeSteps = 8;
#else
#define WEIGHIN_SUMS_OF_32_BITS 0
template <int bits>
constexpr int kCodeSteps = bits <= 4   ? 8
                           : bits == 5 ? 4
                                       : 2;
static_assert(8 * 2 * 15 * 127 <= 32767 && 4 * 2 * 31 * 127 <= 32767 && 2 * 2 * 63 * 127 <= 32767);
#endif

HWY_INLINE I32 signed_words(U32 v) { return hn::BitCast(kI32, v); }

#if defined(__AVX512VNNI__)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{_mm512_dpbusd_epi32(sum.raw, codes.raw, activations.raw)};
}
#elif defined(__AVXVNNI__)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{_mm256_dpbusd_avx_epi32(sum.raw, codes.raw, activations.raw)};
}
#elif defined(__AVX512BW__)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{_mm512_add_epi16(sum.raw, _mm512_maddubs_epi16(codes.raw, activations.raw))};
}
#elif defined(__AVX2__)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{_mm256_add_epi16(sum.raw, _mm256_maddubs_epi16(codes.raw, activations.raw))};
}
#elif defined(__SSSE3__)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{_mm_add_epi16(sum.raw, _mm_maddubs_epi16(codes.raw, activations.raw))};
}
#elif defined(__ARM_FEATURE_DOTPROD)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  return I32{
      vdotq_s32(sum.raw, vreinterpretq_s8_u32(codes.raw), vreinterpretq_s8_u32(activations.raw))};
}
#elif defined(__ARM_NEON)
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  const int8x16_t w = vreinterpretq_s8_u32(codes.raw), a = vreinterpretq_s8_u32(activations.raw);
  const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(a));
  const int16x8_t high = vmull_s8(vget_high_s8(w), vget_high_s8(a));
  return I32{vpadalq_s16(sum.raw, vpaddq_s16(low, high))};
}
#else
HWY_INLINE I32 add_codes(I32 sum, U32 codes, U32 activations) {
  const I32 w = signed_words(codes), a = signed_words(activations);
  sum = hn::Add(sum, hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<24>(w)),
                             hn::ShiftRight<24>(hn::ShiftLeft<24>(a))));
  sum = hn::Add(sum, hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<16>(w)),
                             hn::ShiftRight<24>(hn::ShiftLeft<16>(a))));
  sum = hn::Add(sum, hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<8>(w)),
                             hn::ShiftRight<24>(hn::ShiftLeft<8>(a))));
  return hn::Add(sum, hn::Mul(hn::ShiftRight<24>(w), hn::ShiftRight<24>(a)));
}
#endif

/// total + sum, and total + sum * scale, where `scale` comes from spread_scale().
#if WEIGHIN_SUMS_OF_32_BITS
HWY_INLINE I32 add_sum(I32 total, I32 sum) { return hn::Add(total, sum); }
HWY_INLINE I32 spread_scale(I32 scale) { return scale; }
HWY_INLINE I32 add_scaled_sum(I32 total, I32 sum, I32 scale) {
  return hn::Add(total, hn::Mul(sum, scale));
}
#else
HWY_INLINE I32 add_sum(I32 total, I32 sum) {
  return hn::Add(total, pair_products(sum, hn::Set(kI32, 0x00010001)));
}
HWY_INLINE I32 spread_scale(I32 scale) {
  return hn::Or(hn::And(scale, hn::Set(kI32, 0xffff)), hn::ShiftLeft<16>(scale));
}
HWY_INLINE I32 add_scaled_sum(I32 total, I32 sum, I32 scale) {
  return hn::Add(total, pair_products(sum, scale));
}
#endif

// ---- sums of products of signed 8-bit weights with 8-bit activations ----
//
// kWideBias is added to every weight when it is packed (and taken out again through the sum of the
// activations): VNNI multiplies unsigned by signed.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
constexpr int kWideBias = 128;
HWY_INLINE I32 add_wide(I32 total, U32 weights, U32 activations) {
  return add_codes(total, weights, activations);
}
#elif defined(__AVX512BW__)
constexpr int kWideBias = 0;
HWY_INLINE I32 add_wide(I32 total, U32 weights, U32 activations) {
  const __m512i turned = _mm512_mask_sub_epi8(activations.raw, _mm512_movepi8_mask(weights.raw),
                                              _mm512_setzero_si512(), activations.raw);
  return add_sum(total, I32{_mm512_maddubs_epi16(_mm512_abs_epi8(weights.raw), turned)});
}
#elif defined(__AVX2__)
constexpr int kWideBias = 0;
HWY_INLINE I32 add_wide(I32 total, U32 weights, U32 activations) {
  return add_sum(total, I32{_mm256_maddubs_epi16(_mm256_abs_epi8(weights.raw),
                                                 _mm256_sign_epi8(activations.raw, weights.raw))});
}
#elif defined(__SSSE3__)
constexpr int kWideBias = 0;
HWY_INLINE I32 add_wide(I32 total, U32 weights, U32 activations) {
  return add_sum(total, I32{_mm_maddubs_epi16(_mm_abs_epi8(weights.raw),
                                              _mm_sign_epi8(activations.raw, weights.raw))});
}
#else
constexpr int kWideBias = 0;
HWY_INLINE I32 add_wide(I32 total, U32 weights, U32 activations) {
  return add_codes(total, weights, activations);
}
#endif

/// Columns that a prefill tile works on at once: as many as leave room for sums in the registers.
constexpr int kTileVectors = kLanes >= 16 ? 8 : 4;

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
