// What data does a kernel work on, and was its result right?
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel.hpp"
#include "kernels/reference.hpp"

namespace weighin::kernels {

/// Its result is one sum of words.
constexpr bool sums_words(KernelKind kind) {
  return kind == KernelKind::memory_read || kind == KernelKind::cache_read;
}
constexpr bool is_memory(KernelKind kind) {
  return sums_words(kind) || kind == KernelKind::memory_copy;
}
constexpr bool is_matrix(KernelKind kind) {
  return kind == KernelKind::decode || kind == KernelKind::prefill;
}
constexpr bool is_attention(KernelKind kind) {
  return kind == KernelKind::attention || kind == KernelKind::attention_prefill;
}
/// Works on rows of floats, between two matrices.
constexpr bool is_row_wise(KernelKind kind) {
  return !is_memory(kind) && !is_matrix(kind) && !is_attention(kind);
}
/// Its rate is in operations, not bytes: many vectors share one pass over the data.
constexpr bool counts_operations(KernelKind kind) {
  return kind == KernelKind::prefill || kind == KernelKind::attention_prefill;
}

/// Some rows of packed weights and the vectors they meet, with the results that the reference
/// gives. The timed data is this pattern, over and over. For memory kernels the pattern is random
/// bytes; for attention the keys of some cells of one head, then their values; for row kernels rows
/// of floats.
struct Workload {
  const Kernel* kernel = nullptr;
  std::int64_t rows = 0;  ///< in the pattern
  std::int64_t columns = 0;
  std::int64_t batch = 0;
  std::vector<unsigned char> pattern;
  std::vector<unsigned char> prepared;
  std::int64_t distinct = 1;  ///< vectors that differ; the batch repeats them
  /// Matrices: [distinct][rows]; attention: [batch][columns]; row kernels: row by row; empty for
  /// memory kernels.
  std::vector<Expected> expected;
  std::uint64_t sum = 0;  ///< of the pattern's 64-bit words, for those that sum them

  /// Floats that a run over `repeats` patterns writes.
  std::int64_t results(std::int64_t repeats) const;
  /// The task of one run over the pattern as it lies here (attention: of one head alone).
  KernelTask task(void* results) const;
};

/// `rows`, `columns` and `batch` must be multiples of what the kernel states.
Workload make_workload(const Kernel& kernel, std::int64_t rows, std::int64_t columns,
                       std::int64_t batch, std::uint64_t seed);

/// Whether results of `repeats` patterns in a row agree with the reference. Matrices:
/// float[batch][repeats * rows]; attention: float[batch][columns], whatever the repeats.
bool results_agree(const Workload& workload, const float* results, std::int64_t repeats);
/// The largest error of all results as a share of the kernel's bound; above 1 is wrong.
double worst_error(const Workload& workload, const float* results, std::int64_t repeats);

}  // namespace weighin::kernels
