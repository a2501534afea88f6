// What do the kernels between two matrices share?
//
// Each goes over rows of floats that another operation has just written, so they lie in a cache.
#pragma once

#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// Prepared data are the floats as they are; `values(columns)` says how many.
template <int64_t (*values)(int64_t)>
int64_t float_bytes(int64_t columns, int64_t) {
  return 4 * values(columns);
}
template <int64_t (*values)(int64_t)>
void keep_floats(const float* activations, int64_t columns, int64_t, void* prepared) {
  __builtin_memcpy(prepared, activations, static_cast<size_t>(4 * values(columns)));
}

template <int64_t (*values)(int64_t)>
constexpr Kernel row_kernel(const char* name, KernelKind kind, int64_t (*bytes_per_row)(int64_t),
                            int64_t (*operations_per_row)(int64_t), double error_bound,
                            void (*run)(const KernelTask*)) {
  return {.name = name,
          .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
          .format = "",
          .kind = kind,
          .activation = Activation::f32,
          .row_group = 1,
          .column_block = 256,
          .batch_group = 1,
          .batch = 1,
          .bytes_per_row = bytes_per_row,
          .operations_per_row = operations_per_row,
          .error_bound = error_bound,
          .pack = nullptr,
          .prepared_bytes = float_bytes<values>,
          .prepare = keep_floats<values>,
          .run = run};
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
