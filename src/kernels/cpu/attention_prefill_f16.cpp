// How fast can a whole prompt attend to a KV cache of 16-bit floats?
//
// As engines do it for many queries: cells in tiles of 64, widened to floats once and kept in the
// cache nearest to the core, two small matrix products a tile, and the online softmax of
// attention.hpp between them.
#include "kernels/cpu/attention.hpp"
#include "kernels/cpu/exponential.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr int kTileCells = 64, kMostColumns = 256, kMostQueries = 128, kQueryGroup = 4;
constexpr int kPromptQueries = 128;
// Sums that stay in registers: 4 queries by as many vectors as leave some for the operands.
constexpr int kTileLanes = kLanes >= 16 ? 4 * kLanes : 2 * kLanes;

/// c[4][kTileLanes] += a[4][depth] * b[depth][kTileLanes]; rows of b and c are `stride` floats
/// apart.
HWY_INLINE void multiply_add(const float* a, int64_t a_stride, const float* b, int64_t b_stride,
                             int64_t depth, float* c, int64_t c_stride) {
  constexpr int vectors = kTileLanes / kLanes;
  F32 sums[kQueryGroup][vectors];
  for (int q = 0; q < kQueryGroup; ++q) {
    for (int v = 0; v < vectors; ++v) sums[q][v] = hn::LoadU(kF32, c + q * c_stride + v * kLanes);
  }
  for (int64_t i = 0; i < depth; ++i) {
    F32 right[vectors];
    for (int v = 0; v < vectors; ++v) right[v] = hn::LoadU(kF32, b + i * b_stride + v * kLanes);
    for (int q = 0; q < kQueryGroup; ++q) {
      const F32 left = hn::Set(kF32, a[q * a_stride + i]);
      for (int v = 0; v < vectors; ++v) sums[q][v] = hn::MulAdd(left, right[v], sums[q][v]);
    }
  }
  for (int q = 0; q < kQueryGroup; ++q) {
    for (int v = 0; v < vectors; ++v) hn::StoreU(sums[q][v], kF32, c + q * c_stride + v * kLanes);
  }
}

/// Scores become weights against the largest so far; what was summed before is shrunk to match.
HWY_INLINE void softmax_step(float* scores, float& largest, float& total, float* sums,
                             int64_t columns) {
  F32 most = hn::LoadU(kF32, scores);
  for (int i = kLanes; i < kTileCells; i += kLanes)
    most = hn::Max(most, hn::LoadU(kF32, scores + i));
  const float peak = hn::GetLane(hn::MaxOfLanes(kF32, most));
  if (peak > largest) {
    const F32 shrink = exponential(hn::Set(kF32, largest - peak));
    total *= hn::GetLane(shrink);
    largest = peak;
    for (int64_t i = 0; i < columns; i += kLanes) {
      hn::StoreU(hn::Mul(hn::LoadU(kF32, sums + i), shrink), kF32, sums + i);
    }
  }
  F32 added = hn::Zero(kF32);
  for (int i = 0; i < kTileCells; i += kLanes) {
    const F32 weight = exponential(hn::Sub(hn::LoadU(kF32, scores + i), hn::Set(kF32, largest)));
    hn::StoreU(weight, kF32, scores + i);
    added = hn::Add(added, weight);
  }
  total += hn::GetLane(hn::SumOfLanes(kF32, added));
}

/// Tiles of keys (turned, so that a lane is a cell) and of values, as floats.
HWY_INLINE void widen(const KernelTask* task, int64_t first, float* keys, float* values) {
  alignas(64) float row[kMostColumns];
  const int64_t columns = task->columns;
  for (int64_t cell = 0; cell < kTileCells; ++cell) {
    const int64_t at = (first + cell) * task->stride;
    for (int64_t i = 0; i < columns; i += kLanes) {
      hn::Store(load_halves(task->weights + at + 2 * i), kF32, row + i);
      hn::StoreU(load_halves(task->values + at + 2 * i), kF32, values + cell * columns + i);
    }
    for (int64_t i = 0; i < columns; ++i) keys[i * kTileCells + cell] = row[i];
  }
}

void attend_many(const KernelTask* task) {
  alignas(64) float keys[kMostColumns * kTileCells], values[kMostColumns * kTileCells];
  alignas(64) float scores[kQueryGroup * kTileCells];
  float largest[kMostQueries], total[kMostQueries];
  const int64_t columns = task->columns;
  float* results = static_cast<float*>(task->results);
  const float* queries = static_cast<const float*>(task->activations);
  for (int64_t q = 0; q < task->batch; ++q) {
    largest[q] = -1e30f;
    total[q] = 0.0f;
    for (int64_t i = 0; i < columns; ++i) results[q * columns + i] = 0.0f;
  }
  for (int64_t first = 0; first < task->rows; first += kTileCells) {
    widen(task, first, keys, values);
    for (int64_t q = 0; q < task->batch; q += kQueryGroup) {
      __builtin_memset(scores, 0, sizeof scores);
      for (int64_t i = 0; i < kTileCells; i += kTileLanes) {
        multiply_add(queries + q * columns, columns, keys + i, kTileCells, columns, scores + i,
                     kTileCells);
      }
      for (int64_t i = 0; i < kQueryGroup; ++i) {
        softmax_step(scores + i * kTileCells, largest[q + i], total[q + i],
                     results + (q + i) * columns, columns);
      }
      for (int64_t i = 0; i < columns; i += kTileLanes) {
        multiply_add(scores, kTileCells, values + i, columns, kTileCells, results + q * columns + i,
                     columns);
      }
    }
  }
  for (int64_t q = 0; q < task->batch; ++q) {
    const float inverse = 1.0f / total[q];
    for (int64_t i = 0; i < columns; ++i) results[q * columns + i] *= inverse;
  }
}

int64_t prefill_cell_bytes(int64_t columns) { return 4 * columns; }
int64_t prepared_bytes(int64_t columns, int64_t batch) { return 4 * columns * batch; }
/// The scale of the scores goes into the queries.
void prepare(const float* activations, int64_t columns, int64_t batch, void* prepared) {
  float* queries = static_cast<float*>(prepared);
  const float scale = score_scale(columns);
  for (int64_t i = 0; i < columns * batch; ++i) queries[i] = activations[i] * scale;
}

}  // namespace

extern const Kernel attention_prefill_f16_kernel;
const Kernel attention_prefill_f16_kernel = {.name = "attention prefill f16",
                                             .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
                                             .format = "F16",
                                             .kind = KernelKind::attention_prefill,
                                             .activation = Activation::f32,
                                             .row_group = kTileCells,
                                             .column_block = 64,
                                             .batch_group = kQueryGroup,
                                             .batch = kPromptQueries,
                                             .bytes_per_row = prefill_cell_bytes,
                                             .operations_per_row = cell_operations,
                                             .error_bound = 2e-5,
                                             .pack = nullptr,
                                             .prepared_bytes = prepared_bytes,
                                             .prepare = prepare,
                                             .run = attend_many};

}  // namespace weighin::kernels::WEIGHIN_ISA
