// What should a kernel's result be?  Plain scalar code in double precision.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/kernel.hpp"

namespace weighin::kernels {

/// Bytes of one row of plain blocks; nothing sensible (0) for a format that has no kernel.
std::int64_t plain_row_bytes(std::string_view format, std::int64_t columns);

/// Rows of plain blocks with random codes and finite, modest scales.
std::vector<unsigned char> random_rows(std::string_view format, std::int64_t rows,
                                       std::int64_t columns, std::uint64_t seed);
/// Random values in -1 … 1.
std::vector<float> random_activations(std::int64_t count, std::uint64_t seed);

/// The weights of one row of plain blocks; false for a format that has no kernel.
bool dequantize_row(std::string_view format, const unsigned char* row, std::int64_t columns,
                    double* weights);

/// Activations as the kernel sees them after rounding.
std::vector<double> round_activations(Activation activation, const float* values,
                                      std::int64_t columns);

/// One result, and the sum of the magnitudes that went into it (the scale of its error).
struct Expected {
  double value = 0.0;
  double magnitude = 0.0;
};
/// Every row against every vector: [batch][rows].
std::vector<Expected> expected_results(const Kernel& kernel, const std::vector<unsigned char>& rows,
                                       std::int64_t row_count, std::int64_t columns,
                                       const std::vector<float>& activations, std::int64_t batch);

/// What each of `count` queries gets from the cells: the softmax of its products with the keys,
/// times the values. Keys and values are rows of plain blocks of the kernel's format.
std::vector<Expected> expected_attention(const Kernel& kernel,
                                         const std::vector<unsigned char>& keys,
                                         const std::vector<unsigned char>& values,
                                         std::int64_t cells, std::int64_t columns,
                                         const std::vector<float>& queries, std::int64_t count);

/// Floats in one row that a row kernel reads and writes, and in what prepare() takes.
struct RowShape {
  std::int64_t input = 0, output = 0, prepared = 0;
};
RowShape row_shape(KernelKind kind, std::int64_t columns);
/// What a row kernel makes of its rows: [rows][output].
std::vector<Expected> expected_rows(KernelKind kind, const std::vector<float>& input,
                                    const std::vector<float>& prepared, std::int64_t rows,
                                    std::int64_t columns);

/// A 16-bit float as double.
double half_to_double(std::uint16_t half);

}  // namespace weighin::kernels
