// How do rows of weights lie in a GPU's memory?
//
// As in a model file, but that what neighbouring invocations read at once lies side by side, in units of
// 16 bytes: first all blocks' codes, then all blocks' scales. A row keeps its size. The shaders say the
// same in `row_units` and `block_product`.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/blocks.hpp"

namespace weighin::kernels::gpu {

/// Rows come in multiples of so many columns: 64 blocks of 32.
inline constexpr std::int64_t kColumnBlock = 2048;
inline constexpr std::int64_t kUnitBytes = 16;

inline std::int64_t two_operations(std::int64_t columns) { return 2 * columns; }

/// Block `index` of a row whose blocks are spread in `parts` pieces of 16 bytes over groups of 32:
/// where piece `part` of it begins.
inline std::int64_t spread_unit(std::int64_t index, std::int64_t part, std::int64_t parts) {
  return (index / 32 * 32 * parts + part * 32 + index % 32) * kUnitBytes;
}

/// Calls `row(from, to)` for each row.
template <class Row>
void each_row(const unsigned char* plain, std::int64_t rows, std::int64_t row_bytes,
              unsigned char* packed, const Row& row) {
  for (std::int64_t i = 0; i < rows; ++i) row(plain + i * row_bytes, packed + i * row_bytes);
}

template <class Block>
Block block_at(const unsigned char* row, std::int64_t index) {
  Block block;
  std::memcpy(&block, row + index * static_cast<std::int64_t>(sizeof block), sizeof block);
  return block;
}

}  // namespace weighin::kernels::gpu
