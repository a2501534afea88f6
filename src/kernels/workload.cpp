// How is a kernel's data made, and how is its result judged?
#include "kernels/workload.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>

namespace weighin::kernels {

Workload make_workload(const Kernel& kernel, std::int64_t rows, std::int64_t columns,
                       std::int64_t batch, std::uint64_t seed) {
  Workload work{.kernel = &kernel,
                .rows = rows,
                .columns = columns,
                .batch = batch,
                .pattern = {},
                .prepared = {},
                .expected = {}};
  if (kernel.pack == nullptr) {
    work.pattern = random_rows("F16", rows, columns / 2, seed);
    for (std::size_t at = 0; at + 8 <= work.pattern.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, work.pattern.data() + at, sizeof word);
      work.sum += word;
    }
    return work;
  }
  const std::vector<unsigned char> plain = random_rows(kernel.format, rows, columns, seed);
  // The reference is slow: a large batch repeats the vectors of one tile.
  work.distinct = std::min(batch, kernel.batch_group);
  std::vector<float> activations = random_activations(columns * work.distinct, seed + 1);
  work.pattern.resize(plain.size());
  kernel.pack(plain.data(), rows, columns, work.pattern.data());
  work.expected = expected_results(kernel, plain, rows, columns, activations, work.distinct);
  for (std::int64_t v = work.distinct; v < batch; ++v) {
    const auto from = static_cast<std::ptrdiff_t>(v % work.distinct * columns);
    const std::vector<float> again(activations.begin() + from,
                                   activations.begin() + from + columns);
    activations.insert(activations.end(), again.begin(), again.end());
  }
  work.prepared.resize(static_cast<std::size_t>(kernel.prepared_bytes(columns, batch)));
  kernel.prepare(activations.data(), columns, batch, work.prepared.data());
  return work;
}

double worst_error(const Workload& work, const float* results, std::int64_t repeats) {
  double worst = 0.0;
  for (std::int64_t v = 0; v < work.batch; ++v) {
    for (std::int64_t row = 0; row < repeats * work.rows; ++row) {
      const Expected& expected =
          work.expected[static_cast<std::size_t>(v % work.distinct * work.rows + row % work.rows)];
      const double result = static_cast<double>(results[v * repeats * work.rows + row]);
      const double bound = work.kernel->error_bound * expected.magnitude;
      const double share = std::fabs(result - expected.value) / bound;
      if (!std::isfinite(share)) return std::numeric_limits<double>::infinity();
      worst = std::max(worst, share);
    }
  }
  return worst;
}

bool results_agree(const Workload& work, const float* results, std::int64_t repeats) {
  return worst_error(work, results, repeats) <= 1.0;
}

}  // namespace weighin::kernels
