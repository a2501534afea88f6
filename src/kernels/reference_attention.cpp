// What does attention over some cells give, said plainly?
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/reference.hpp"

namespace weighin::kernels {
namespace {

std::vector<double> plain_rows(std::string_view format, const std::vector<unsigned char>& bytes,
                               std::int64_t rows, std::int64_t columns) {
  const std::int64_t row_bytes = plain_row_bytes(format, columns);
  std::vector<double> values(static_cast<std::size_t>(rows * columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    dequantize_row(format, bytes.data() + row * row_bytes, columns, values.data() + row * columns);
  }
  return values;
}

}  // namespace

std::vector<Expected> expected_attention(const Kernel& kernel,
                                         const std::vector<unsigned char>& keys,
                                         const std::vector<unsigned char>& values,
                                         std::int64_t cells, std::int64_t columns,
                                         const std::vector<float>& queries, std::int64_t count) {
  const std::vector<double> k = plain_rows(kernel.format, keys, cells, columns);
  const std::vector<double> v = plain_rows(kernel.format, values, cells, columns);
  const double scale = 1.0 / std::sqrt(static_cast<double>(columns));
  std::vector<Expected> results(static_cast<std::size_t>(count * columns));
  std::vector<double> scores(static_cast<std::size_t>(cells));
  for (std::int64_t q = 0; q < count; ++q) {
    const std::vector<double> query =
        round_activations(kernel.activation, queries.data() + q * columns, columns);
    double total = 0.0;
    for (std::int64_t cell = 0; cell < cells; ++cell) {
      double score = 0.0;
      for (std::int64_t i = 0; i < columns; ++i) {
        score +=
            query[static_cast<std::size_t>(i)] * k[static_cast<std::size_t>(cell * columns + i)];
      }
      scores[static_cast<std::size_t>(cell)] = score * scale;
    }
    const double largest = *std::max_element(scores.begin(), scores.end());
    for (double& score : scores) total += score = std::exp(score - largest);
    for (std::int64_t i = 0; i < columns; ++i) {
      Expected& result = results[static_cast<std::size_t>(q * columns + i)];
      for (std::int64_t cell = 0; cell < cells; ++cell) {
        const double part = scores[static_cast<std::size_t>(cell)] / total *
                            v[static_cast<std::size_t>(cell * columns + i)];
        result.value += part;
        result.magnitude += std::fabs(part);
      }
    }
  }
  return results;
}

}  // namespace weighin::kernels
