// How does a kernel walk over rows and vectors, whatever the weight format?
//
// A format is a struct `Format` with: block_columns, block_bytes, part (of activations),
// interleaved fields and tile<vectors>(), which multiplies kLanes rows with that many vectors.
#pragma once

#include "kernels/cpu/activations.hpp"
#include "kernels/cpu/pack.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

template <class Format>
int64_t matrix_bytes_per_row(int64_t columns) {
  return columns / Format::block_columns * Format::block_bytes;
}

/// One multiplication and one addition a weight.
inline int64_t matrix_operations_per_row(int64_t columns) { return 2 * columns; }

template <class Format>
void matrix_pack(const unsigned char* plain, int64_t rows, int64_t columns, unsigned char* packed) {
  interleave(plain, rows, columns / Format::block_columns, Format::block_bytes, Format::fields,
             packed);
}

template <class Format, int vectors>
void matrix_run(const KernelTask* task) {
  const int64_t group_bytes = kLanes * matrix_bytes_per_row<Format>(task->columns);
  float* results = static_cast<float*>(task->results);
  for (int64_t row = 0; row < task->rows; row += kLanes) {
    const unsigned char* group = task->weights + row / kLanes * group_bytes;
    for (int64_t first = 0; first < task->batch; first += vectors) {
      typename Format::Vector views[vectors];
      for (int v = 0; v < vectors; ++v) {
        views[v] = Format::view(task->activations, task->columns, first + v);
      }
      Format::template tile<vectors>(group, views, task->columns / Format::block_columns,
                                     results + first * task->rows + row, task->rows);
    }
  }
}

constexpr int64_t kPrefillBatch = 128;

template <class Format>
constexpr Kernel decode_kernel(const char* name, double error_bound) {
  return {.name = name,
          .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
          .format = Format::name,
          .kind = KernelKind::decode,
          .activation = Format::activation,
          .row_group = kLanes,
          .column_block = Format::column_multiple,
          .batch_group = 1,
          .batch = 1,
          .bytes_per_row = matrix_bytes_per_row<Format>,
          .operations_per_row = matrix_operations_per_row,
          .error_bound = error_bound,
          .pack = matrix_pack<Format>,
          .prepared_bytes = Format::prepared_bytes,
          .prepare = Format::prepare,
          .run = matrix_run<Format, 1>};
}

template <class Format>
constexpr Kernel prefill_kernel(const char* name, double error_bound) {
  Kernel kernel = decode_kernel<Format>(name, error_bound);
  kernel.kind = KernelKind::prefill;
  kernel.batch_group = kTileVectors;
  kernel.batch = kPrefillBatch;
  kernel.run = matrix_run<Format, kTileVectors>;
  return kernel;
}

/// What all formats with 8-bit activations share.
template <int block, int part_columns>
struct QuantizedFormat {
  using Vector = Quantized;
  static constexpr int column_multiple = block;
  static constexpr int part = part_columns;
  static int64_t prepared_bytes(int64_t columns, int64_t batch) {
    return quantized_bytes<block, part>(columns, batch);
  }
  static void prepare(const float* activations, int64_t columns, int64_t batch, void* prepared) {
    prepare_quantized<block, part>(activations, columns, batch, prepared);
  }
  static HWY_INLINE Vector view(const void* prepared, int64_t columns, int64_t vector) {
    return quantized_view<block, part>(prepared, columns, vector);
  }
};

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
