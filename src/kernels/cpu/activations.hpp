// How are activations rounded to 8 bits before they meet quantized weights?
//
// As engines do: the largest magnitude of a block becomes 127, scale = largest / 127
// (quantize_row_q8_0 and quantize_row_q8_K in ggml-quants.c of llama.cpp). Sums of the rounded
// values are kept beside them: they take out the offset of unsigned weights.
#pragma once

#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// One prepared vector.
struct Quantized {
  const int8_t* values;  ///< [columns]
  const float* scales;   ///< [columns / block]
  const int32_t* sums;   ///< per part; see prepare_quantized()
};

constexpr int64_t align_64(int64_t bytes) { return (bytes + 63) / 64 * 64; }

template <int block, int part>
constexpr int64_t sums_per_block = part == block ? 1 : block / part / 2;

template <int block, int part>
int64_t quantized_stride(int64_t columns) {
  const int64_t blocks = columns / block;
  return align_64(columns) + align_64(4 * blocks) +
         align_64(4 * blocks * sums_per_block<block, part>);
}

template <int block, int part>
int64_t quantized_bytes(int64_t columns, int64_t batch) {
  return quantized_stride<block, part>(columns) * batch;
}

template <int block, int part>
HWY_INLINE Quantized quantized_view(const void* prepared, int64_t columns, int64_t vector) {
  const unsigned char* start =
      static_cast<const unsigned char*>(prepared) + quantized_stride<block, part>(columns) * vector;
  const unsigned char* scales = start + align_64(columns);
  const unsigned char* sums = scales + align_64(4 * (columns / block));
  return {reinterpret_cast<const int8_t*>(start), reinterpret_cast<const float*>(scales),
          reinterpret_cast<const int32_t*>(sums)};
}

/// Rounds `batch` vectors. Where part == block there is one 32-bit sum a block; otherwise the sums
/// of four parts p, p+1, p+2, p+3 are two words of two 16-bit halves: (p, p+2) and (p+1, p+3), as
/// pair_products() wants them.
template <int block, int part>
void prepare_quantized(const float* activations, int64_t columns, int64_t batch, void* prepared) {
  constexpr int parts = block / part;
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the mantissa.
  const F32 shift = hn::Set(kF32, 12582912.0f);
  constexpr hn::Rebind<int8_t, hn::ScalableTag<int32_t>> bytes_tag;
  for (int64_t vector = 0; vector < batch; ++vector) {
    const Quantized view = quantized_view<block, part>(prepared, columns, vector);
    int8_t* values = const_cast<int8_t*>(view.values);
    float* scales = const_cast<float*>(view.scales);
    int32_t* sums = const_cast<int32_t*>(view.sums);
    for (int64_t b = 0; b < columns / block; ++b) {
      const float* from = activations + vector * columns + b * block;
      F32 most = hn::Zero(kF32);
      for (int i = 0; i < block; i += kLanes) {
        most = hn::Max(most, hn::Abs(hn::LoadU(kF32, from + i)));
      }
      const float largest = hn::GetLane(hn::MaxOfLanes(kF32, most));
      scales[b] = largest / 127.0f;
      const F32 inverse = hn::Set(kF32, largest > 0.0f ? 127.0f / largest : 0.0f);
      int32_t part_sums[parts];
      for (int p = 0; p < parts; ++p) {
        I32 sum = hn::Zero(kI32);
        for (int i = p * part; i < (p + 1) * part; i += kLanes) {
          const F32 shifted = hn::Add(hn::Mul(hn::LoadU(kF32, from + i), inverse), shift);
          const I32 rounded = hn::ConvertTo(kI32, hn::Sub(shifted, shift));
          hn::StoreU(hn::DemoteTo(bytes_tag, rounded), bytes_tag, values + b * block + i);
          sum = hn::Add(sum, rounded);
        }
        part_sums[p] = hn::GetLane(hn::SumOfLanes(kI32, sum));
      }
      if constexpr (parts == 1) {
        sums[b] = part_sums[0];
      } else {
        for (int p = 0; p < parts; p += 4) {
          for (int odd = 0; odd < 2; ++odd) {
            const uint32_t low = static_cast<uint32_t>(part_sums[p + odd]) & 0xffffu;
            const uint32_t high = static_cast<uint32_t>(part_sums[p + odd + 2]) & 0xffffu;
            sums[b * sums_per_block<block, part> + p / 2 + odd] =
                static_cast<int32_t>(low | high << 16);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
