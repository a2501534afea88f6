// How does a kernel walk over rows and vectors, whatever the weight format?
//
// A format is a struct `Format` with: block_columns, block_bytes, part (of activations),
// interleaved fields and step<vectors>(), which multiplies column_multiple columns of kLanes rows
// with that many vectors and adds to `chains` sums for each of them.
#pragma once

#include "kernels/cpu/activations.hpp"
#include "kernels/cpu/pack.hpp"
#include "kernels/cpu/pair_sums.hpp"

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

/// Steps of so many bytes share their prefetching with the other streams.
constexpr int64_t kRotatedBytes = 1024;

/// `groups` groups of kLanes rows against `vectors` vectors.
template <class Format, int vectors, int groups>
HWY_INLINE void matrix_tile(const unsigned char* weights, int64_t group_bytes,
                            const typename Format::Vector (&x)[vectors], int64_t steps,
                            float* results, int64_t stride) {
  constexpr int chains = Format::template chains<vectors>;
  F32 totals[groups][vectors * chains];
  for (auto& of_group : totals) {
    for (F32& total : of_group) total = hn::Zero(kF32);
  }
  constexpr int64_t step_bytes = kLanes * Format::step_bytes;
  constexpr bool rotates = groups > 1 && step_bytes >= kRotatedBytes;
  constexpr int streams = vectors > 1 ? 0 : rotates ? groups : 1;
  for (int64_t s = 0; s < steps; ++s) {
    for (int g = 0; g < groups; ++g) {
      const unsigned char* group = weights + g * group_bytes;
      const Ahead<streams, (groups > 1)> ahead{
          rotates      ? weights + step_bytes + g * step_bytes / groups
          : groups > 1 ? group + kPrefetchBytes
                       : group + kStreamPrefetchBytes,
          group_bytes};
      Format::template step<vectors>(group, ahead, x, s, totals[g]);
    }
    weights += step_bytes;
  }
  for (int g = 0; g < groups; ++g) {
    for (int v = 0; v < vectors; ++v) {
      F32 total = totals[g][v * chains];
      for (int i = 1; i < chains; ++i) total = hn::Add(total, totals[g][v * chains + i]);
      hn::StoreU(total, kF32, results + v * stride + g * kLanes);
    }
  }
}

template <class Format, int vectors, int groups>
void matrix_run(const KernelTask* task) {
  const int64_t group_bytes = kLanes * matrix_bytes_per_row<Format>(task->columns);
  const int64_t steps = task->columns / Format::column_multiple;
  float* results = static_cast<float*>(task->results);
  for (int64_t row = 0; row < task->rows;) {
    const unsigned char* weights = task->weights + row / kLanes * group_bytes;
    const bool few = task->in_turn || task->rows - row < groups * kLanes;
    for (int64_t first = 0; first < task->batch; first += vectors) {
      typename Format::Vector views[vectors];
      for (int v = 0; v < vectors; ++v) {
        views[v] = Format::view(task->activations, task->columns, first + v);
      }
      float* at = results + first * task->rows + row;
      if (few) {
        matrix_tile<Format, vectors, 1>(weights, group_bytes, views, steps, at, task->rows);
      } else {
        matrix_tile<Format, vectors, groups>(weights, group_bytes, views, steps, at, task->rows);
      }
    }
    row += few ? kLanes : groups * kLanes;
  }
}

/// Row groups that decode goes through side by side: so many streams from memory. Measured (Xeon,
/// 2.6 GHz, KVM guest, one thread, Q4_0 from memory): 1 stream 11.6 GB/s, 2 14.5, 4 15.5, 8 15.8.
/// On an EPYC (Zen 5, KVM guest) it is the other way round: AVX2, one thread, Q4_K 21 GB/s by four
/// streams and 32 by one, Q6_K 18 and 28, Q4_0 26 and 30 (all asked for into the first cache,
/// as streams side by side still are). So there are two ways
/// (KernelTask::in_turn), and whoever measures keeps the faster.
constexpr int kStreams = kLanes == 1 ? 1 : 4;

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
          .ways = kStreams > 1 ? 2 : 1,
          .bytes_per_row = matrix_bytes_per_row<Format>,
          .operations_per_row = matrix_operations_per_row,
          .error_bound = error_bound,
          .pack = matrix_pack<Format>,
          .prepared_bytes = Format::prepared_bytes,
          .prepare = Format::prepare,
          .run = matrix_run<Format, 1, kStreams>};
}

template <class Format>
constexpr Kernel prefill_kernel(const char* name, double error_bound) {
  Kernel kernel = decode_kernel<Format>(name, error_bound);
  kernel.kind = KernelKind::prefill;
  kernel.batch_group = Format::tile_vectors;
  kernel.batch = kPrefillBatch;
  kernel.ways = 1;
  kernel.run = matrix_run<Format, Format::tile_vectors, 1>;
  return kernel;
}

/// What all formats with 8-bit activations share.
template <int block, int part_columns>
struct QuantizedFormat {
  using Vector = Quantized;
  static constexpr int column_multiple = block;
  static constexpr int tile_vectors = kTileVectors;
  template <int vectors>
  static constexpr int chains = 1;
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
