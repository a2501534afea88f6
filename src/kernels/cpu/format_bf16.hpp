// How are rows of BF16 multiplied with vectors where the processor multiplies pairs of them?
//
// vdpbf16ps (AVX512_BF16) adds two products of bfloat16 to a float: half the instructions of a
// conversion and a multiplication, from activations that were rounded to bfloat16, as llama.cpp
// rounds them for such weights (vec_dot_type of GGML_TYPE_BF16 in ggml/src/ggml-cpu/ggml-cpu.c).
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

struct FormatBf16Pairs {
  using Vector = const uint32_t*;  ///< two neighbouring activations a word
  static constexpr const char* name = "BF16";
  static constexpr Activation activation = Activation::bf16;
  static constexpr int block_columns = 2;
  static constexpr int column_multiple = 16;
  static constexpr int tile_vectors = 8;
  template <int vectors>
  static constexpr int chains = vectors == 1 ? 2 : 1;
  static constexpr int block_bytes = 4;
  static constexpr int step_bytes = 2 * column_multiple;
  static constexpr Field fields[] = {{0, 4, 1, 0}};

  static int64_t prepared_bytes(int64_t columns, int64_t batch) { return 2 * columns * batch; }
  /// To the nearest, ties to even.
  static void prepare(const float* activations, int64_t columns, int64_t batch, void* prepared) {
    for (int64_t i = 0; i < columns * batch; i += 16) {
      const __m256bh rounded = _mm512_cvtneps_pbh(_mm512_loadu_ps(activations + i));
      __builtin_memcpy(static_cast<unsigned char*>(prepared) + 2 * i, &rounded, sizeof rounded);
    }
  }
  static HWY_INLINE Vector view(const void* prepared, int64_t columns, int64_t vector) {
    return static_cast<const uint32_t*>(prepared) + columns / 2 * vector;
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Vector (&x)[vectors], int64_t s,
                              F32 (&totals)[vectors * chains<vectors>]) {
    for (int i = 0; i < column_multiple / 2; ++i) {
      ahead(i);
      const __m512bh weights = reinterpret_cast<__m512bh>(load_words(group + i * 4 * kLanes).raw);
      for (int v = 0; v < vectors; ++v) {
        F32& total = totals[v * chains<vectors> + i % chains<vectors>];
        const U32 pair = hn::Set(kU32, x[v][s * column_multiple / 2 + i]);
        total = F32{_mm512_dpbf16_ps(total.raw, weights, reinterpret_cast<__m512bh>(pair.raw))};
      }
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
