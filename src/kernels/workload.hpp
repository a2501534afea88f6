// What data does a kernel work on, and was its result right?
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel.hpp"
#include "kernels/reference.hpp"

namespace weighin::kernels {

/// Some rows of packed weights and the vectors they meet, with the results that the reference
/// gives. The timed data is this pattern, over and over. For memory kernels the pattern is random
/// bytes.
struct Workload {
  const Kernel* kernel = nullptr;
  std::int64_t rows = 0;  ///< in the pattern
  std::int64_t columns = 0;
  std::int64_t batch = 0;
  std::vector<unsigned char> pattern;
  std::vector<unsigned char> prepared;
  std::int64_t distinct = 1;       ///< vectors that differ; the batch repeats them
  std::vector<Expected> expected;  ///< [distinct][rows]; empty for memory kernels
  std::uint64_t sum = 0;           ///< of the pattern's 64-bit words, for memory_read
};

/// `rows`, `columns` and `batch` must be multiples of what the kernel states.
Workload make_workload(const Kernel& kernel, std::int64_t rows, std::int64_t columns,
                       std::int64_t batch, std::uint64_t seed);

/// Whether results of `repeats` patterns in a row, float[batch][repeats * rows], agree with the
/// reference.
bool results_agree(const Workload& workload, const float* results, std::int64_t repeats);
/// The largest error of all results as a share of the kernel's bound; above 1 is wrong.
double worst_error(const Workload& workload, const float* results, std::int64_t repeats);

}  // namespace weighin::kernels
