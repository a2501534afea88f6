// How are rows of blocks interleaved, so that one vector load brings the same part of many rows?
//
// Engines do the same when they load a model (llama.cpp: "repack"). Plain scalar code; included
// after simd.hpp by kernel files only.
#pragma once

#include "kernels/blocks.hpp"
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// A run of equal elements inside a block: `count` elements of `bytes` each, from `offset`.
struct Field {
  int offset, bytes, count;
  int change;  ///< added to every byte (Q8_0 where weights are made unsigned)
};

/// For every group of kLanes rows and every block: field after field, element after element, the
/// element of each row.
template <int field_count>
void interleave(const unsigned char* plain, int64_t rows, int64_t blocks, int64_t block_bytes,
                const Field (&fields)[field_count], unsigned char* packed) {
  for (int64_t first = 0; first < rows; first += kLanes) {
    for (int64_t block = 0; block < blocks; ++block) {
      for (const Field& field : fields) {
        for (int element = 0; element < field.count; ++element) {
          for (int64_t row = first; row < first + kLanes; ++row) {
            const unsigned char* from = plain + (row * blocks + block) * block_bytes +
                                        field.offset + int64_t{element} * field.bytes;
            for (int byte = 0; byte < field.bytes; ++byte) {
              *packed++ = static_cast<unsigned char>(from[byte] + field.change);
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
