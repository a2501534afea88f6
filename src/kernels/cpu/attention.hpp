// How does one token attend to the cells of a KV cache, whatever their format?
//
// As llama.cpp's flash attention does it on a CPU
// (ggml_compute_forward_flash_attn_ext_f16_one_chunk in ggml/src/ggml-cpu/ops.cpp): query head by
// query head, cell by cell, with an online softmax (https://arxiv.org/abs/1805.02867): the sum so
// far is shrunk where a larger score appears. Keys and values of all KV heads lie side by side in a
// cell, so a head's rows are `stride` bytes apart.
//
// A cache format is a struct with: name, activation, row_bytes(), prepared_bytes(), prepare(),
// query(), dot() and add().
#pragma once

#include "kernels/cpu/activations.hpp"
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr int kMostHeadSize = 576;  // DeepSeek's latent attention has the widest keys
constexpr int kSharedQueries = 4;   // query heads a KV head: Llama-3.2-1B and -3.1-8B, Mistral-7B

/// 1 / sqrt(head size), by which scores are multiplied.
inline float score_scale(int64_t columns) {
  return 1.0f / __builtin_sqrtf(static_cast<float>(columns));
}

template <class Cache>
void attend(const KernelTask* task) {
  alignas(64) float sums[kMostHeadSize];
  const int64_t columns = task->columns;
  const float scale = score_scale(columns);
  for (int64_t head = 0; head < task->batch; ++head) {
    const typename Cache::Query query = Cache::query(task->activations, columns, head);
    for (int64_t i = 0; i < columns; i += kLanes) hn::Store(hn::Zero(kF32), kF32, sums + i);
    float largest = -__builtin_inff(), total = 0.0f;
    const unsigned char* key = task->weights;
    const unsigned char* value = task->values;
    for (int64_t cell = 0; cell < task->rows; ++cell) {
      const float score = scale * Cache::dot(key, query, columns);
      float weight = 1.0f;
      if (score > largest) {
        const float shrink = __builtin_expf(largest - score);
        largest = score;
        total = total * shrink + 1.0f;
        for (int64_t i = 0; i < columns; i += kLanes) {
          hn::Store(hn::Mul(hn::Load(kF32, sums + i), hn::Set(kF32, shrink)), kF32, sums + i);
        }
      } else {
        weight = __builtin_expf(score - largest);
        total += weight;
      }
      Cache::add(value, weight, columns, sums);
      key += task->stride;
      value += task->stride;
    }
    float* results = static_cast<float*>(task->results) + head * columns;
    const F32 inverse = hn::Set(kF32, 1.0f / total);
    for (int64_t i = 0; i < columns; i += kLanes) {
      hn::StoreU(hn::Mul(hn::Load(kF32, sums + i), inverse), kF32, results + i);
    }
  }
}

/// K and V of one cell.
template <class Cache>
int64_t cell_bytes(int64_t columns) {
  return 2 * Cache::row_bytes(columns);
}
/// A product and a sum for each value of K and of V.
inline int64_t cell_operations(int64_t columns) { return 4 * columns; }

template <class Cache>
constexpr Kernel attention_kernel(const char* name, double error_bound) {
  return {.name = name,
          .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
          .format = Cache::name,
          .kind = KernelKind::attention,
          .activation = Cache::activation,
          .row_group = 1,
          .column_block = 32,
          .batch_group = 1,
          .batch = kSharedQueries,
          .bytes_per_row = cell_bytes<Cache>,
          .operations_per_row = cell_operations,
          .error_bound = error_bound,
          .pack = nullptr,
          .prepared_bytes = Cache::prepared_bytes,
          .prepare = Cache::prepare,
          .run = attend<Cache>};
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
