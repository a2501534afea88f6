// What should a transformer block make of a token?  Plain code in double precision.
#include "bench/gpu/gpu_block_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "bench/gpu/gpu_vectors.hpp"
#include "kernels/kernel.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using Vector = std::vector<double>;

// Of single precision through a chain of sums over up to 8192 products and one softmax; the cache
// keeps 11 bits.
constexpr double kBound = 2e-3;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

Vector multiply(const BlockParts& parts, const PatternMatrix& matrix, const Vector& vector) {
  const std::int64_t row_bytes = kernels::plain_row_bytes(parts.shape.format, matrix.columns);
  Vector weights(at(matrix.columns)), sums(at(parts.pattern_rows)), result(at(matrix.rows));
  for (std::int64_t row = 0; row < parts.pattern_rows; ++row) {
    kernels::dequantize_row(parts.shape.format, matrix.plain.data() + row * row_bytes,
                            matrix.columns, weights.data());
    for (std::size_t i = 0; i < weights.size(); ++i) sums[at(row)] += weights[i] * vector[i];
  }
  for (std::int64_t row = 0; row < matrix.rows; ++row)
    result[at(row)] = sums[at(row % parts.pattern_rows)];
  return result;
}

Vector normed(const Vector& token, const std::vector<float>& weights) {
  double squares = 0.0;
  for (const double value : token) squares += value * value;
  const double factor = 1.0 / std::sqrt(squares / static_cast<double>(token.size()) +
                                        static_cast<double>(kernels::kNormEpsilon));
  Vector result(token.size());
  for (std::size_t i = 0; i < token.size(); ++i)
    result[i] = token[i] * factor * static_cast<double>(weights[i]);
  return result;
}

void turn(Vector& values, const BlockParts& parts) {
  const std::size_t pairs = at(parts.shape.head_size / 2);
  for (std::size_t pair = 0; 2 * pair < values.size(); ++pair) {
    const auto c = static_cast<double>(parts.turns[2 * (pair % pairs)]);
    const auto s = static_cast<double>(parts.turns[2 * (pair % pairs) + 1]);
    const double x = values[2 * pair], y = values[2 * pair + 1];
    values[2 * pair] = x * c - y * s;
    values[2 * pair + 1] = x * s + y * c;
  }
}

// As the cache keeps it.
Vector rounded(const Vector& values) {
  Vector result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    result[i] = kernels::half_to_double(halves(&value, 1).front());
  }
  return result;
}

class Attention {
 public:
  Attention(const BlockParts& parts, Vector key, Vector value)
      : parts_(parts), key_(std::move(key)), value_(std::move(value)) {}

  Vector of(const Vector& queries) const {
    const BlockShape& s = parts_.shape;
    Vector result(queries.size());
    Vector scores(at(s.depth));
    for (std::int64_t head = 0; head < s.heads; ++head) {
      const std::int64_t shared = head / (s.heads / s.kv_heads);
      for (std::int64_t cell = 0; cell < s.depth; ++cell) {
        double score = 0.0;
        for (std::int64_t i = 0; i < s.head_size; ++i)
          score += queries[at(head * s.head_size + i)] * cached(parts_.keys, key_, cell, shared, i);
        scores[at(cell)] = score / std::sqrt(static_cast<double>(s.head_size));
      }
      const double best = *std::max_element(scores.begin(), scores.end());
      double total = 0.0;
      for (double& score : scores) total += score = std::exp(score - best);
      for (std::int64_t cell = 0; cell < s.depth; ++cell) {
        for (std::int64_t i = 0; i < s.head_size; ++i)
          result[at(head * s.head_size + i)] +=
              scores[at(cell)] / total * cached(parts_.values, value_, cell, shared, i);
      }
    }
    return result;
  }

 private:
  double cached(const std::vector<std::uint16_t>& pattern, const Vector& last, std::int64_t cell,
                std::int64_t head, std::int64_t index) const {
    const BlockShape& s = parts_.shape;
    const std::int64_t place = head * s.head_size + index;
    if (cell == s.depth - 1) return last[at(place)];
    const std::int64_t row = cell % parts_.pattern_cells;
    return kernels::half_to_double(pattern[at(row * s.kv_heads * s.head_size + place)]);
  }
  const BlockParts& parts_;
  Vector key_, value_;
};

}  // namespace

BlockResult expected_block(const BlockParts& parts, const std::vector<float>& token) {
  BlockResult result;
  result.token.assign(token.begin(), token.end());
  const Vector input = normed(result.token, parts.norm);
  Vector query = multiply(parts, parts.query, input);
  Vector key = multiply(parts, parts.key, input);
  turn(query, parts);
  turn(key, parts);
  const Attention attention(parts, rounded(key), rounded(multiply(parts, parts.value, input)));
  const Vector looked = multiply(parts, parts.output, attention.of(query));
  for (std::size_t i = 0; i < looked.size(); ++i) result.token[i] += looked[i];
  const Vector second = normed(result.token, parts.norm);
  Vector gate = multiply(parts, parts.gate, second);
  const Vector up = multiply(parts, parts.up, second);
  for (std::size_t i = 0; i < gate.size(); ++i)
    gate[i] = gate[i] / (1.0 + std::exp(-gate[i])) * up[i];
  result.added = multiply(parts, parts.down, gate);
  return result;
}

bool near(const std::vector<float>& values, const std::vector<double>& expected) {
  if (values.size() != expected.size() || values.empty()) return false;
  double squares = 0.0;
  for (const double value : expected) squares += value * value;
  const double size = std::sqrt(squares / static_cast<double>(expected.size()));
  if (!(size > 0.0)) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double error = std::fabs(static_cast<double>(values[i]) - expected[i]);
    if (!(error <= kBound * (size + std::fabs(expected[i])))) return false;
  }
  return true;
}

}  // namespace weighin
