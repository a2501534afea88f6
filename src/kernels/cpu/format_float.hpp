// How are rows of F16, BF16 and F32 multiplied with vectors?
#pragma once

#include "kernels/cpu/matrix.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr const char* kFloatNames[] = {"F16", "BF16", "F32"};
enum FloatType { kTypeF16, kTypeBf16, kTypeF32 };

template <FloatType type>
HWY_INLINE F32 load_weights(const unsigned char* bytes) {
  if constexpr (type == kTypeF16) {
    return load_halves(bytes);
  } else if constexpr (type == kTypeBf16) {
    // A bfloat16 is the upper half of a float.
    const auto upper = hn::LoadU(kU16, reinterpret_cast<const uint16_t*>(bytes));
    return hn::BitCast(kF32, hn::ShiftLeft<16>(hn::PromoteTo(kU32, upper)));
  } else {
    return hn::LoadU(kF32, reinterpret_cast<const float*>(bytes));
  }
}

template <FloatType type>
struct FormatFloat {
  using Vector = const float*;
  static constexpr const char* name = kFloatNames[type];
  static constexpr Activation activation = Activation::f32;
  static constexpr int block_columns = 1;
  static constexpr int column_multiple = 8;
  static constexpr int tile_vectors = 8;
  /// Several sums a row where there is a single vector, so that additions need not wait for each
  /// other.
  template <int vectors>
  static constexpr int chains = vectors == 1 ? 2 : 1;
  static constexpr int block_bytes = type == kTypeF32 ? 4 : 2;
  static constexpr int step_bytes = column_multiple * block_bytes;
  static constexpr Field fields[] = {{0, block_bytes, 1, 0}};

  static int64_t prepared_bytes(int64_t columns, int64_t batch) { return 4 * columns * batch; }
  static void prepare(const float* activations, int64_t columns, int64_t batch, void* prepared) {
    __builtin_memcpy(prepared, activations, static_cast<size_t>(4 * columns * batch));
  }
  static HWY_INLINE Vector view(const void* prepared, int64_t columns, int64_t vector) {
    return static_cast<const float*>(prepared) + columns * vector;
  }

  template <int vectors, class Ahead>
  static HWY_INLINE void step(const unsigned char* group, const Ahead& ahead,
                              const Vector (&x)[vectors], int64_t s,
                              F32 (&totals)[vectors * chains<vectors>]) {
    for (int i = 0; i < column_multiple; ++i) {
      if (i * block_bytes % 4 == 0) ahead(i * block_bytes / 4);
      const F32 weights = load_weights<type>(group + i * block_bytes * kLanes);
      for (int v = 0; v < vectors; ++v) {
        F32& total = totals[v * chains<vectors> + i % chains<vectors>];
        total = hn::MulAdd(weights, hn::Set(kF32, x[v][s * column_multiple + i]), total);
      }
    }
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
