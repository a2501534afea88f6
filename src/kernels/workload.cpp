// How is a kernel's data made, and how is its result judged?
#include "kernels/workload.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>

namespace weighin::kernels {
namespace {

// Queries of this size give scores of about 1, so that some cells matter more than others.
constexpr float kQuerySize = 8.0f;
constexpr float kRowSize = 4.0f;

void make_attention(Workload& work, std::uint64_t seed) {
  const Kernel& kernel = *work.kernel;
  const std::vector<unsigned char> keys = random_rows(kernel.format, work.rows, work.columns, seed);
  const std::vector<unsigned char> values =
      random_rows(kernel.format, work.rows, work.columns, seed + 2);
  std::vector<float> queries = random_activations(work.columns * work.batch, seed + 1);
  // Multiples of 1/64, which 16-bit floats hold exactly: how they are rounded is not in question.
  for (float& value : queries) value = std::nearbyint(64.0f * kQuerySize * value) / 64.0f;
  work.distinct = work.batch;
  work.pattern = keys;
  work.pattern.insert(work.pattern.end(), values.begin(), values.end());
  work.prepared.resize(static_cast<std::size_t>(kernel.prepared_bytes(work.columns, work.batch)));
  kernel.prepare(queries.data(), work.columns, work.batch, work.prepared.data());
  work.expected =
      expected_attention(kernel, keys, values, work.rows, work.columns, queries, work.batch);
}

void make_rows(Workload& work, std::uint64_t seed) {
  const Kernel& kernel = *work.kernel;
  const RowShape shape = row_shape(kernel.kind, work.columns);
  std::vector<float> input = random_activations(work.rows * shape.input, seed);
  for (float& value : input) value *= kRowSize;
  std::vector<float> prepared = random_activations(shape.prepared, seed + 1);
  if (kernel.kind == KernelKind::rope) {
    for (std::size_t i = 0; i < prepared.size(); ++i) {
      prepared[i] =
          static_cast<float>(std::pow(10000.0, -2.0 * static_cast<double>(i) / kHeadSize));
    }
  }
  work.pattern.resize(4 * input.size());
  std::memcpy(work.pattern.data(), input.data(), work.pattern.size());
  work.prepared.resize(static_cast<std::size_t>(kernel.prepared_bytes(work.columns, 1)));
  if (!prepared.empty()) {
    kernel.prepare(prepared.data(), work.columns, 1, work.prepared.data());
  }
  work.expected = expected_rows(kernel.kind, input, prepared, work.rows, work.columns);
}

/// The error of one result as a share of what it may be; infinite where it is no number.
double error_of(const Workload& work, const Expected& expected, float result) {
  const double bound = work.kernel->error_bound * expected.magnitude;
  const double share = std::fabs(static_cast<double>(result) - expected.value) / bound;
  return std::isfinite(share) ? share : std::numeric_limits<double>::infinity();
}

}  // namespace

Workload make_workload(const Kernel& kernel, std::int64_t rows, std::int64_t columns,
                       std::int64_t batch, std::uint64_t seed) {
  Workload work{.kernel = &kernel,
                .rows = rows,
                .columns = columns,
                .batch = batch,
                .pattern = {},
                .prepared = {},
                .expected = {}};
  if (is_attention(kernel.kind)) {
    make_attention(work, seed);
    return work;
  }
  if (is_row_wise(kernel.kind)) {
    make_rows(work, seed);
    return work;
  }
  if (is_memory(kernel.kind)) {
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

std::int64_t Workload::results(std::int64_t repeats) const {
  if (is_memory(kernel->kind)) return 0;
  if (is_attention(kernel->kind)) return batch * columns;
  if (is_matrix(kernel->kind)) return batch * rows * repeats;
  return static_cast<std::int64_t>(expected.size()) * repeats;
}

KernelTask Workload::task(void* results) const {
  KernelTask task;
  task.weights = pattern.data();
  task.activations = prepared.data();
  task.results = results;
  task.rows = rows;
  task.columns = columns;
  task.batch = batch;
  if (is_attention(kernel->kind)) {
    task.stride = kernel->bytes_per_row(columns) / 2;
    task.values = pattern.data() + rows * task.stride;
  }
  return task;
}

double worst_error(const Workload& work, const float* results, std::int64_t repeats) {
  double worst = 0.0;
  if (!is_matrix(work.kernel->kind)) {
    const auto distinct = static_cast<std::int64_t>(work.expected.size());
    for (std::int64_t i = 0; i < work.results(repeats); ++i) {
      const Expected& expected = work.expected[static_cast<std::size_t>(i % distinct)];
      worst = std::max(worst, error_of(work, expected, results[i]));
    }
    return worst;
  }
  for (std::int64_t v = 0; v < work.batch; ++v) {
    for (std::int64_t row = 0; row < repeats * work.rows; ++row) {
      const Expected& expected =
          work.expected[static_cast<std::size_t>(v % work.distinct * work.rows + row % work.rows)];
      worst = std::max(worst, error_of(work, expected, results[v * repeats * work.rows + row]));
    }
  }
  return worst;
}

bool results_agree(const Workload& work, const float* results, std::int64_t repeats) {
  return worst_error(work, results, repeats) <= 1.0;
}

}  // namespace weighin::kernels
