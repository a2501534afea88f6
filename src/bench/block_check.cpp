// Did every operation of the block give what the plain reference gives for the same input?
//
// Operation by operation: rounding to 8 bits would make small differences of one large ones of the
// next.
#include <algorithm>
#include <cmath>

#include "bench/block.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

constexpr std::uint64_t kSeed = 20260201;  // as in block.cpp
constexpr std::int64_t kPatternRows = 64;

bool close(const std::vector<kernels::Expected>& expected, const float* results, double bound) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::fabs(static_cast<double>(results[i]) - expected[i].value);
    if (!(error <= bound * expected[i].magnitude)) return false;  // no number is no agreement
  }
  return true;
}

bool sums(const std::vector<float>& a, const std::vector<float>& b, const std::vector<float>& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!(to[i] == a[i] + b[i])) return false;
  }
  return true;
}

}  // namespace

bool Block::matrix_agrees(const Matrix& matrix, const float* from, const float* to) const {
  const auto plain =
      kernels::random_rows(matrix.kernel->format, kPatternRows, matrix.columns, kSeed);
  const auto expected = kernels::expected_results(
      *matrix.kernel, plain, kPatternRows, matrix.columns, Floats(from, from + matrix.columns), 1);
  for (std::int64_t row = 0; row < matrix.rows; row += kPatternRows) {
    if (!close(expected, to + row, matrix.kernel->error_bound)) return false;
  }
  return true;
}

bool Block::rows_agree(const kernels::Kernel& kernel, const Floats& from, const Floats& prepared,
                       const Floats& to, std::int64_t rows) const {
  return close(kernels::expected_rows(kernel.kind, from, prepared, rows,
                                      static_cast<std::int64_t>(from.size()) / rows),
               to.data(), kernel.error_bound);
}

bool Block::attention_agrees() const {
  if (!matrix_agrees(query_, normed_.data(), q_.data()) ||
      !matrix_agrees(key_, normed_.data(), k_.data()) ||
      !matrix_agrees(value_, normed_.data(), v_.data()) ||
      !rows_agree(*rope_kernel_, q_, frequencies_, q_turned_, 1) ||
      !rows_agree(*rope_kernel_, k_, frequencies_, k_turned_, 1))
    return false;
  const std::int64_t size = shape_.head_size;
  const auto keys = kernels::random_rows(shape_.kv_format, kPatternRows, size, kSeed + 2);
  const auto values = kernels::random_rows(shape_.kv_format, kPatternRows, size, kSeed + 1);
  const auto expected = kernels::expected_attention(*attention_kernel_, keys, values, kPatternRows,
                                                    size, q_turned_, shape_.heads);
  // Random weights make scores of a thousand and more, and with them a difference of 1e-6 of a
  // score becomes one of 1e-3 of its weight.
  constexpr double kScoreError = 100.0;
  return close(expected, attended_.data(), kScoreError * attention_kernel_->error_bound);
}

bool Block::agrees() const {
  bool right = rows_agree(*norm_kernel_, input_, norm_weights_, normed_, 1) &&
               (attends() ? attention_agrees() : mixer_agrees()) &&
               matrix_agrees(output_, attended_.data(), projected_.data()) &&
               sums(input_, projected_, middle_) &&
               rows_agree(*norm_kernel_, middle_, norm_weights_, normed_again_, 1) &&
               sums(middle_, fed_, result_);
  const std::int64_t used = std::max<std::int64_t>(shape_.experts_used, 1);
  const std::int64_t wide = shape_.feed_forward;
  right = right && rows_agree(*gate_kernel_, gates_, {}, hidden_, used);
  for (std::int64_t i = 0; i < used && right; ++i) {
    const float* gates = gates_.data() + 2 * i * wide;
    const float* downs = shape_.experts > 0 ? downs_.data() + i * shape_.embedding : fed_.data();
    right = matrix_agrees(gate_, normed_again_.data(), gates) &&
            matrix_agrees(up_, normed_again_.data(), gates + wide) &&
            matrix_agrees(down_, hidden_.data() + i * wide, downs);
  }
  if (right && shape_.experts > 0)
    right = matrix_agrees(router_, normed_again_.data(), logits_.data());
  return right;
}

}  // namespace weighin
