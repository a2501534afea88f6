// How do the vectors that meet a matrix lie in a GPU's memory?
#include "bench/gpu/gpu_vectors.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weighin {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Rounds one block; gives its scale.
float round_block(const float* values, std::int8_t* numbers) {
  float largest = 0.0f;
  for (int i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(values[i]));
  const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
  for (int i = 0; i < 32; ++i)
    numbers[i] = static_cast<std::int8_t>(std::nearbyint(values[i] * inverse));
  return largest / 127.0f;
}

}  // namespace

std::vector<float> spread_floats(const float* values, std::int64_t columns) {
  std::vector<float> spread(at(columns));
  for (std::int64_t i = 0; i < columns; ++i) spread[at(interleaved(i))] = values[i];
  return spread;
}

Bytes8 spread_bytes(const float* values, std::int64_t columns) {
  Bytes8 made{std::vector<std::int8_t>(at(columns)), std::vector<float>(at(columns / 16))};
  for (std::int64_t block = 0; block < columns / 32; ++block) {
    std::int8_t numbers[32];
    const float scale = round_block(values + 32 * block, numbers);
    int sum = 0;
    for (int i = 0; i < 32; ++i) {
      const std::int64_t unit = block / 32 * 64 + i / 16 * 32 + block % 32;
      made.numbers[at(16 * unit + i % 16)] = numbers[i];
      sum += numbers[i];
    }
    made.scales[at(2 * block)] = scale;
    made.scales[at(2 * block + 1)] = scale * static_cast<float>(sum);
  }
  return made;
}

Bytes8 plain_bytes(const float* values, std::int64_t columns, std::int64_t count) {
  Bytes8 made{std::vector<std::int8_t>(at(columns * count)),
              std::vector<float>(at(columns * count / 32))};
  for (std::int64_t block = 0; block < columns * count / 32; ++block) {
    made.scales[at(block)] = round_block(values + 32 * block, made.numbers.data() + 32 * block);
  }
  return made;
}

std::vector<std::uint16_t> halves(const float* values, std::int64_t count) {
  std::vector<std::uint16_t> made(at(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(values[i]);
    const unsigned sign = std::signbit(value) ? 0x8000u : 0u;
    const double size = std::fabs(value);
    int exponent = size == 0.0 ? -14 : std::max(std::ilogb(size), -14);
    // 11 bits; below 2^-14 the last of them stands for 2^-24.
    auto digits = static_cast<unsigned>(std::nearbyint(std::ldexp(size, 10 - exponent)));
    if (digits == 2048) {
      digits = 1024;
      ++exponent;
    }
    unsigned bits = digits;  // no exponent: below 2^-14
    if (digits >= 1024) bits = static_cast<unsigned>(exponent + 15) << 10 | (digits - 1024);
    if (exponent > 15) bits = 0x7c00u;
    made[at(i)] = static_cast<std::uint16_t>(sign | bits);
  }
  return made;
}

}  // namespace weighin
