// How do rows in Q8_0 lie in a GPU's memory, for one vector and for many?
#pragma once

#include "kernels/gpu/pack.hpp"

namespace weighin::kernels::gpu {

inline std::int64_t q8_0_row_bytes(std::int64_t columns) { return columns / 32 * 34; }

inline void pack_q8_0(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
                      unsigned char* packed) {
  const std::int64_t blocks = columns / 32;
  each_row(plain, rows, q8_0_row_bytes(columns), packed,
           [&](const unsigned char* from, unsigned char* to) {
             for (std::int64_t i = 0; i < blocks; ++i) {
               const auto block = block_at<BlockQ8_0>(from, i);
               std::memcpy(to + spread_unit(i, 0, 2), block.qs, 16);
               std::memcpy(to + spread_unit(i, 1, 2), block.qs + 16, 16);
               std::memcpy(to + 32 * blocks + 2 * i, &block.d, 2);
             }
           });
}

}  // namespace weighin::kernels::gpu
