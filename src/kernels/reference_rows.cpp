// What does an operation between two matrices make of a row, said plainly?
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "kernels/reference.hpp"

namespace weighin::kernels {
namespace {

using Out = Expected*;

void norm(const float* x, const float* weights, std::int64_t columns, Out out) {
  double squares = 0.0;
  for (std::int64_t i = 0; i < columns; ++i) squares += std::pow(static_cast<double>(x[i]), 2);
  const double root =
      std::sqrt(squares / static_cast<double>(columns) + static_cast<double>(kNormEpsilon));
  for (std::int64_t i = 0; i < columns; ++i) {
    out[i].value = static_cast<double>(x[i]) / root * static_cast<double>(weights[i]);
    out[i].magnitude = std::fabs(out[i].value);
  }
}

void rotate(const float* x, const float* frequencies, std::int64_t row, std::int64_t columns,
            Out out) {
  constexpr std::int64_t half = kHeadSize / 2;
  for (std::int64_t head = 0; head < columns; head += kHeadSize) {
    for (std::int64_t i = 0; i < half; ++i) {
      // The angle in single precision, as the kernels have it.
      const float angle = static_cast<float>(kFirstPosition + row % kPositions) * frequencies[i];
      const double cosine = std::cos(static_cast<double>(angle));
      const double sine = std::sin(static_cast<double>(angle));
      const auto a = static_cast<double>(x[head + i]), b = static_cast<double>(x[head + half + i]);
      const double size = std::fabs(a) + std::fabs(b);
      out[head + i] = {a * cosine - b * sine, size};
      out[head + half + i] = {a * sine + b * cosine, size};
    }
  }
}

void close(const float* x, std::int64_t half, Out out) {
  for (std::int64_t i = 0; i < half; ++i) {
    const auto gate = static_cast<double>(x[i]);
    out[i].value = gate / (1.0 + std::exp(-gate)) * static_cast<double>(x[half + i]);
    out[i].magnitude = std::fabs(out[i].value);
  }
}

void route(const float* logits, const float* table, std::int64_t columns, Out out) {
  std::array<std::size_t, kExperts> order{};
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  const auto share = [&](std::size_t k) {
    return std::exp(static_cast<double>(logits[order[k]]) - static_cast<double>(logits[order[0]]));
  };
  double total = 0.0;
  for (std::size_t k = 0; k < kChosenExperts; ++k) total += share(k);
  for (std::size_t k = 0; k < kChosenExperts; ++k) {
    const float* row = table + static_cast<std::int64_t>(order[k]) * columns;
    for (std::int64_t i = 0; i < columns; ++i) {
      const double part = share(k) / total * static_cast<double>(row[i]);
      out[i].value += part;
      out[i].magnitude += std::fabs(part);
    }
  }
}

}  // namespace

RowShape row_shape(KernelKind kind, std::int64_t columns) {
  switch (kind) {
    case KernelKind::rms_norm:
      return {columns, columns, columns};
    case KernelKind::rope:
      return {columns, columns, kHeadSize / 2};
    case KernelKind::gated_silu:
      return {columns, columns / 2, 0};
    case KernelKind::route_experts:
      return {kExperts, columns, kExperts * columns};
    default:
      return {};
  }
}

std::vector<Expected> expected_rows(KernelKind kind, const std::vector<float>& input,
                                    const std::vector<float>& prepared, std::int64_t rows,
                                    std::int64_t columns) {
  const RowShape shape = row_shape(kind, columns);
  std::vector<Expected> results(static_cast<std::size_t>(rows * shape.output));
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* x = input.data() + row * shape.input;
    Expected* out = results.data() + row * shape.output;
    if (kind == KernelKind::rms_norm) norm(x, prepared.data(), columns, out);
    if (kind == KernelKind::rope) rotate(x, prepared.data(), row, columns, out);
    if (kind == KernelKind::gated_silu) close(x, columns / 2, out);
    if (kind == KernelKind::route_experts) route(x, prepared.data(), columns, out);
  }
  return results;
}

}  // namespace weighin::kernels
