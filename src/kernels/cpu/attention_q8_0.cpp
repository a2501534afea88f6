// How fast can one token attend to a KV cache in Q8_0?
//
// Keys meet the query in 8 bits, block by block; values are widened to floats.
#include "kernels/blocks.hpp"
#include "kernels/cpu/attention.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr hn::Rebind<int8_t, hn::ScalableTag<int32_t>> kI8;

HWY_INLINE float half_to_float(uint16_t half) {
#if defined(__F16C__)
  return _cvtsh_ss(half);
#elif defined(__aarch64__)
  __fp16 number;
  __builtin_memcpy(&number, &half, sizeof number);
  return static_cast<float>(number);
#else
  const hn::FixedTag<hwy::float16_t, 1> one;
  hwy::float16_t number;
  __builtin_memcpy(&number, &half, sizeof half);
  return hn::GetLane(hn::PromoteTo(hn::FixedTag<float, 1>(), hn::LoadU(one, &number)));
#endif
}

// ---- sum of the products of 32 signed 8-bit values with another 32, in a few lanes ----
#if defined(__AVX2__)
using BlockSum = __m256;
HWY_INLINE BlockSum no_sum() { return _mm256_setzero_ps(); }
HWY_INLINE BlockSum add_block(BlockSum sum, const int8_t* key, const int8_t* query, float scale) {
  const __m256i k = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(key));
  const __m256i q = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query));
  // The sign of the key goes over to the query: the products want one side without a sign.
  const __m256i magnitude = _mm256_abs_epi8(k), turned = _mm256_sign_epi8(q, k);
#if defined(__AVX512VNNI__)
  const __m256i products = _mm256_dpbusd_epi32(_mm256_setzero_si256(), magnitude, turned);
#elif defined(__AVXVNNI__)
  const __m256i products = _mm256_dpbusd_avx_epi32(_mm256_setzero_si256(), magnitude, turned);
#else
  const __m256i products =
      _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, turned), _mm256_set1_epi16(1));
#endif
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(products), _mm256_set1_ps(scale), sum);
}
HWY_INLINE float total_of(BlockSum sum) {
  const hn::FixedTag<float, 8> tag;
  return hn::GetLane(hn::SumOfLanes(tag, hn::Vec<hn::FixedTag<float, 8>>{sum}));
}
#elif defined(__SSSE3__)
using BlockSum = __m128;
HWY_INLINE BlockSum no_sum() { return _mm_setzero_ps(); }
HWY_INLINE BlockSum add_block(BlockSum sum, const int8_t* key, const int8_t* query, float scale) {
  __m128i products = _mm_setzero_si128();
  for (int i = 0; i < 32; i += 16) {
    const __m128i k = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key + i));
    const __m128i q = _mm_loadu_si128(reinterpret_cast<const __m128i*>(query + i));
    const __m128i pairs = _mm_maddubs_epi16(_mm_abs_epi8(k), _mm_sign_epi8(q, k));
    products = _mm_add_epi32(products, _mm_madd_epi16(pairs, _mm_set1_epi16(1)));
  }
  return _mm_add_ps(sum, _mm_mul_ps(_mm_cvtepi32_ps(products), _mm_set1_ps(scale)));
}
HWY_INLINE float total_of(BlockSum sum) {
  return hn::GetLane(hn::SumOfLanes(kF32, hn::Vec<hn::FixedTag<float, 4>>{sum}));
}
#elif defined(__ARM_NEON)
using BlockSum = float32x4_t;
HWY_INLINE BlockSum no_sum() { return vdupq_n_f32(0.0f); }
HWY_INLINE BlockSum add_block(BlockSum sum, const int8_t* key, const int8_t* query, float scale) {
  int32x4_t products = vdupq_n_s32(0);
  for (int i = 0; i < 32; i += 16) {
    const int8x16_t k = vld1q_s8(key + i), q = vld1q_s8(query + i);
#if defined(__ARM_FEATURE_DOTPROD)
    products = vdotq_s32(products, k, q);
#else
    products = vpadalq_s16(products, vmull_s8(vget_low_s8(k), vget_low_s8(q)));
    products = vpadalq_s16(products, vmull_s8(vget_high_s8(k), vget_high_s8(q)));
#endif
  }
  return vfmaq_n_f32(sum, vcvtq_f32_s32(products), scale);
}
HWY_INLINE float total_of(BlockSum sum) { return vaddvq_f32(sum); }
#else
using BlockSum = float;
HWY_INLINE BlockSum no_sum() { return 0.0f; }
HWY_INLINE BlockSum add_block(BlockSum sum, const int8_t* key, const int8_t* query, float scale) {
  int32_t products = 0;
  for (int i = 0; i < 32; ++i) products += key[i] * query[i];
  return sum + static_cast<float>(products) * scale;
}
HWY_INLINE float total_of(BlockSum sum) { return sum; }
#endif

struct CacheQ8_0 {
  static constexpr const char* name = "Q8_0";
  static constexpr Activation activation = Activation::q8_per_32;
  using Query = Quantized;

  static int64_t row_bytes(int64_t columns) {
    return columns / 32 * static_cast<int64_t>(sizeof(BlockQ8_0));
  }
  static int64_t prepared_bytes(int64_t columns, int64_t batch) {
    return quantized_bytes<32, 32>(columns, batch);
  }
  static void prepare(const float* activations, int64_t columns, int64_t batch, void* prepared) {
    prepare_quantized<32, 32>(activations, columns, batch, prepared);
  }
  static HWY_INLINE Query query(const void* prepared, int64_t columns, int64_t index) {
    return quantized_view<32, 32>(prepared, columns, index);
  }

  static HWY_INLINE float dot(const unsigned char* key, const Query& query, int64_t columns) {
    const BlockQ8_0* blocks = reinterpret_cast<const BlockQ8_0*>(key);
    BlockSum sum = no_sum();
    for (int64_t b = 0; b < columns / 32; ++b) {
      sum = add_block(sum, blocks[b].qs, query.values + 32 * b,
                      half_to_float(blocks[b].d) * query.scales[b]);
    }
    return total_of(sum);
  }

  static HWY_INLINE void add(const unsigned char* value, float weight, int64_t columns,
                             float* sums) {
    const BlockQ8_0* blocks = reinterpret_cast<const BlockQ8_0*>(value);
    for (int64_t b = 0; b < columns / 32; ++b) {
      const F32 factor = hn::Set(kF32, weight * half_to_float(blocks[b].d));
      for (int i = 0; i < 32; i += kLanes) {
        const I32 codes = hn::PromoteTo(kI32, hn::LoadU(kI8, blocks[b].qs + i));
        float* sum = sums + 32 * b + i;
        hn::Store(hn::MulAdd(hn::ConvertTo(kF32, codes), factor, hn::Load(kF32, sum)), kF32, sum);
      }
    }
  }
};

}  // namespace

extern  // Sums of thousands of cells in single precision: over 4096 cells errors of 1.3e-5 were
        // seen.
    const Kernel attention_q8_0_kernel;
const Kernel attention_q8_0_kernel = attention_kernel<CacheQ8_0>("attention q8_0", 5e-5);

}  // namespace weighin::kernels::WEIGHIN_ISA
