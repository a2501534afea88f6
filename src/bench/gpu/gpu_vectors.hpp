// How do the vectors that meet a matrix lie in a GPU's memory?
#pragma once

#include <cstdint>
#include <vector>

namespace weighin {

/// Where value `index` of one vector lies (src/kernels/gpu/interleave.glsl says the same).
inline std::int64_t interleaved(std::int64_t index) {
  const std::int64_t block = index / 32;
  return (block / 32 * 256 + index % 32 / 4 * 32 + block % 32) * 4 + index % 4;
}

/// 32-bit floats of one vector, spread for decode.
std::vector<float> spread_floats(const float* values, std::int64_t columns);

/// 8-bit numbers with one scale for 32 of them, as kernels::Activation::q8_per_32 rounds.
struct Bytes8 {
  std::vector<std::int8_t> numbers;
  std::vector<float> scales;  ///< decode: scale, and scale times sum, of each block; prefill: scale
};
/// Of one vector, spread for decode: the first 16 bytes of 32 blocks, then their last 16.
Bytes8 spread_bytes(const float* values, std::int64_t columns);
/// Of `count` vectors, one after another.
Bytes8 plain_bytes(const float* values, std::int64_t columns, std::int64_t count);

/// 16-bit floats, to the nearest even.
std::vector<std::uint16_t> halves(const float* values, std::int64_t count);

}  // namespace weighin
