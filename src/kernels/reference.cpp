// What does a block of weights hold, and what is its product with a vector, said plainly?
//
// Layouts: see blocks.hpp.
#include "kernels/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "kernels/blocks.hpp"

namespace weighin::kernels {
namespace {

/// splitmix64, https://prng.di.unimi.it/splitmix64.c
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// A positive half between 2^-10 and 2^-6.
  std::uint16_t scale() { return static_cast<std::uint16_t>((5u << 10) + next() % (4u << 10)); }

 private:
  std::uint64_t state_;
};

template <class Block>
Block block_at(const unsigned char* row, std::int64_t index) {
  Block block;
  std::memcpy(&block, row + index * static_cast<std::int64_t>(sizeof block), sizeof block);
  return block;
}

double bfloat_to_double(std::uint16_t value) {
  const std::uint32_t bits = static_cast<std::uint32_t>(value) << 16;
  float number;
  std::memcpy(&number, &bits, sizeof number);
  return static_cast<double>(number);
}

void dequantize(const BlockQ4_0& block, double* weights) {
  for (int i = 0; i < 16; ++i) {
    weights[i] = ((block.qs[i] & 15) - 8) * half_to_double(block.d);
    weights[i + 16] = ((block.qs[i] >> 4) - 8) * half_to_double(block.d);
  }
}

void dequantize(const BlockIq4Nl& block, double* weights) {
  for (int i = 0; i < 16; ++i) {
    weights[i] = kIq4Values[block.qs[i] & 15] * half_to_double(block.d);
    weights[i + 16] = kIq4Values[block.qs[i] >> 4] * half_to_double(block.d);
  }
}

void dequantize(const BlockMxfp4& block, double* weights) {
  for (int i = 0; i < 16; ++i) {
    weights[i] = std::ldexp(kMxfp4Values[block.qs[i] & 15], block.e - 128);
    weights[i + 16] = std::ldexp(kMxfp4Values[block.qs[i] >> 4], block.e - 128);
  }
}

void dequantize(const BlockIq4Xs& block, double* weights) {
  for (int i = 0; i < 256; ++i) {
    const int part = i / 32, l = i % 32;
    const int low = block.scales_l[part / 2] >> (part % 2 * 4) & 15;
    const int scale = (low | (block.scales_h >> (2 * part) & 3) << 4) - 32;
    const int nibble = block.qs[16 * part + l % 16] >> (l / 16 * 4) & 15;
    weights[i] = half_to_double(block.d) * scale * kIq4Values[nibble];
  }
}

void dequantize(const BlockQ2K& block, double* weights) {
  for (int i = 0; i < 256; ++i) {
    const int code = block.qs[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3;
    weights[i] = half_to_double(block.d) * (block.scales[i / 16] & 15) * code -
                 half_to_double(block.dmin) * (block.scales[i / 16] >> 4);
  }
}

void dequantize(const BlockQ8_0& block, double* weights) {
  for (int i = 0; i < 32; ++i) weights[i] = block.qs[i] * half_to_double(block.d);
}

/// Scale and min of one of the 8 parts of a K block.
void scale_and_min(const std::uint8_t (&packed)[12], int part, int& scale, int& min) {
  if (part < 4) {
    scale = packed[part] & 63;
    min = packed[part + 4] & 63;
  } else {
    scale = (packed[part + 4] & 15) | (packed[part - 4] >> 6) << 4;
    min = (packed[part + 4] >> 4) | (packed[part] >> 6) << 4;
  }
}

template <class Block>
void dequantize_k(const Block& block, double* weights) {
  for (int part = 0; part < 8; ++part) {
    int scale = 0, min = 0;
    scale_and_min(block.scales, part, scale, min);
    for (int i = 0; i < 32; ++i) {
      int code = block.qs[part / 2 * 32 + i] >> (part % 2 * 4) & 15;
      if constexpr (requires { block.qh; }) code |= (block.qh[i] >> part & 1) << 4;
      weights[part * 32 + i] =
          half_to_double(block.d) * scale * code - half_to_double(block.dmin) * min;
    }
  }
}
void dequantize(const BlockQ4K& block, double* weights) { dequantize_k(block, weights); }
void dequantize(const BlockQ5K& block, double* weights) { dequantize_k(block, weights); }

void dequantize(const BlockQ6K& block, double* weights) {
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128, quarter = i % 128 / 32, l = i % 32;
    const int low = block.ql[64 * half + 32 * (quarter % 2) + l] >> (quarter / 2 * 4) & 15;
    const int high = block.qh[32 * half + l] >> (2 * quarter) & 3;
    weights[i] = half_to_double(block.d) * block.scales[i / 16] * ((low | high << 4) - 32);
  }
}

template <class Block>
void dequantize_all(const unsigned char* row, std::int64_t columns, int block_columns,
                    double* weights) {
  for (std::int64_t i = 0; i < columns / block_columns; ++i) {
    dequantize(block_at<Block>(row, i), weights + i * block_columns);
  }
}

template <class Block>
void set_scales(std::vector<unsigned char>& bytes, Random& random) {
  for (std::size_t at = 0; at + sizeof(Block) <= bytes.size(); at += sizeof(Block)) {
    Block block;
    std::memcpy(&block, bytes.data() + at, sizeof block);
    if constexpr (requires { block.d; }) block.d = random.scale();
    // 2^-10 … 2^-3
    if constexpr (requires { block.e; }) block.e = static_cast<std::uint8_t>(118 + block.e % 8);
    if constexpr (requires { block.dmin; }) block.dmin = random.scale();
    if constexpr (std::is_same_v<Block, BlockQ8_0>) {
      for (std::int8_t& q : block.qs)
        q = std::max<std::int8_t>(q, -127);  // what the quantizer writes
    }
    std::memcpy(bytes.data() + at, &block, sizeof block);
  }
}

}  // namespace

double half_to_double(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const double sign = half & 0x8000 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  if (exponent == 31) return mantissa != 0 ? NAN : sign * INFINITY;
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

std::int64_t plain_row_bytes(std::string_view format, std::int64_t columns) {
  if (format == "F32") return 4 * columns;
  if (format == "F16" || format == "BF16") return 2 * columns;
  if (format == "Q4_0") return columns / 32 * static_cast<std::int64_t>(sizeof(BlockQ4_0));
  if (format == "Q8_0") return columns / 32 * static_cast<std::int64_t>(sizeof(BlockQ8_0));
  if (format == "Q4_K") return columns / 256 * static_cast<std::int64_t>(sizeof(BlockQ4K));
  if (format == "Q5_K") return columns / 256 * static_cast<std::int64_t>(sizeof(BlockQ5K));
  if (format == "Q6_K") return columns / 256 * static_cast<std::int64_t>(sizeof(BlockQ6K));
  if (format == "Q2_K") return columns / 256 * static_cast<std::int64_t>(sizeof(BlockQ2K));
  if (format == "IQ4_NL") return columns / 32 * static_cast<std::int64_t>(sizeof(BlockIq4Nl));
  if (format == "IQ4_XS") return columns / 256 * static_cast<std::int64_t>(sizeof(BlockIq4Xs));
  if (format == "MXFP4") return columns / 32 * static_cast<std::int64_t>(sizeof(BlockMxfp4));
  return 0;
}

std::vector<unsigned char> random_rows(std::string_view format, std::int64_t rows,
                                       std::int64_t columns, std::uint64_t seed) {
  Random random(seed);
  std::vector<unsigned char> bytes(
      static_cast<std::size_t>(rows * plain_row_bytes(format, columns)));
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(bytes.data() + at, &word, std::min<std::size_t>(8, bytes.size() - at));
  }
  if (format == "Q4_0") set_scales<BlockQ4_0>(bytes, random);
  if (format == "Q8_0") set_scales<BlockQ8_0>(bytes, random);
  if (format == "Q4_K") set_scales<BlockQ4K>(bytes, random);
  if (format == "Q5_K") set_scales<BlockQ5K>(bytes, random);
  if (format == "Q6_K") set_scales<BlockQ6K>(bytes, random);
  if (format == "Q2_K") set_scales<BlockQ2K>(bytes, random);
  if (format == "IQ4_NL") set_scales<BlockIq4Nl>(bytes, random);
  if (format == "IQ4_XS") set_scales<BlockIq4Xs>(bytes, random);
  if (format == "MXFP4") set_scales<BlockMxfp4>(bytes, random);
  // Floats between 2^-9 and 2^-1 of either sign: bits of the exponent are replaced.
  for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    std::uint16_t half;
    std::memcpy(&half, bytes.data() + at, 2);
    const unsigned low_bits = half & 0x1fffu;  // three bits of the exponent stay random
    if (format == "F16") {
      half = static_cast<std::uint16_t>((half & 0x8000u) | (low_bits + (6u << 10)));
    } else if (format == "BF16" || (format == "F32" && at % 4 == 2)) {
      half = static_cast<std::uint16_t>((half & 0x8000u) | ((half & 0x3ffu) + (118u << 7)));
    } else {
      continue;
    }
    std::memcpy(bytes.data() + at, &half, 2);
  }
  return bytes;
}

std::vector<float> random_activations(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value =
        static_cast<float>(static_cast<std::int64_t>(random.next() >> 40) - (1 << 23)) / (1 << 23);
  }
  return values;
}

bool dequantize_row(std::string_view format, const unsigned char* row, std::int64_t columns,
                    double* weights) {
  if (format == "F32" || format == "F16" || format == "BF16") {
    for (std::int64_t i = 0; i < columns; ++i) {
      if (format == "F32") {
        float value;
        std::memcpy(&value, row + 4 * i, 4);
        weights[i] = static_cast<double>(value);
      } else {
        std::uint16_t value;
        std::memcpy(&value, row + 2 * i, 2);
        weights[i] = format == "F16" ? half_to_double(value) : bfloat_to_double(value);
      }
    }
  } else if (format == "Q4_0") {
    dequantize_all<BlockQ4_0>(row, columns, 32, weights);
  } else if (format == "Q8_0") {
    dequantize_all<BlockQ8_0>(row, columns, 32, weights);
  } else if (format == "Q4_K") {
    dequantize_all<BlockQ4K>(row, columns, 256, weights);
  } else if (format == "Q5_K") {
    dequantize_all<BlockQ5K>(row, columns, 256, weights);
  } else if (format == "Q6_K") {
    dequantize_all<BlockQ6K>(row, columns, 256, weights);
  } else if (format == "Q2_K") {
    dequantize_all<BlockQ2K>(row, columns, 256, weights);
  } else if (format == "IQ4_NL") {
    dequantize_all<BlockIq4Nl>(row, columns, 32, weights);
  } else if (format == "IQ4_XS") {
    dequantize_all<BlockIq4Xs>(row, columns, 256, weights);
  } else if (format == "MXFP4") {
    dequantize_all<BlockMxfp4>(row, columns, 32, weights);
  } else {
    return false;
  }
  return true;
}

std::vector<double> round_activations(Activation activation, const float* values,
                                      std::int64_t columns) {
  std::vector<double> rounded(values, values + columns);
  const std::int64_t block = activation == Activation::q8_per_32    ? 32
                             : activation == Activation::q8_per_256 ? 256
                                                                    : 0;
  if (activation == Activation::bf16) {
    // 8 bits, to the nearest even.
    for (double& value : rounded) {
      const int exponent = value == 0.0 ? 0 : std::ilogb(value);
      value = std::ldexp(std::nearbyint(std::ldexp(value, 7 - exponent)), exponent - 7);
    }
  }
  if (activation == Activation::f16) {
    // 11 bits, to the nearest even; below 2^-14 the last of them stands for 2^-24.
    for (double& value : rounded) {
      const int exponent = value == 0.0 ? 0 : std::max(std::ilogb(value), -14);
      value = std::ldexp(std::nearbyint(std::ldexp(value, 10 - exponent)), exponent - 10);
    }
  }
  if (block == 0) return rounded;
  for (std::int64_t start = 0; start + block <= columns; start += block) {
    float largest = 0.0f;
    for (std::int64_t i = start; i < start + block; ++i)
      largest = std::max(largest, std::fabs(values[i]));
    const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
    for (std::int64_t i = start; i < start + block; ++i) {
      // In single precision, to the nearest even, as the kernels do: the same integers come out.
      const float product = values[i] * inverse;
      rounded[static_cast<std::size_t>(i)] =
          static_cast<double>(std::nearbyint(product)) * static_cast<double>(largest / 127.0f);
    }
  }
  return rounded;
}

std::vector<Expected> expected_results(const Kernel& kernel, const std::vector<unsigned char>& rows,
                                       std::int64_t row_count, std::int64_t columns,
                                       const std::vector<float>& activations, std::int64_t batch) {
  const std::int64_t row_bytes = plain_row_bytes(kernel.format, columns);
  std::vector<Expected> results(static_cast<std::size_t>(row_count * batch));
  std::vector<std::vector<double>> vectors;
  for (std::int64_t v = 0; v < batch; ++v) {
    vectors.push_back(
        round_activations(kernel.activation, activations.data() + v * columns, columns));
  }
  std::vector<double> weights(static_cast<std::size_t>(columns));
  for (std::int64_t row = 0; row < row_count; ++row) {
    dequantize_row(kernel.format, rows.data() + row * row_bytes, columns, weights.data());
    for (std::int64_t v = 0; v < batch; ++v) {
      Expected& result = results[static_cast<std::size_t>(v * row_count + row)];
      const std::vector<double>& vector = vectors[static_cast<std::size_t>(v)];
      for (std::size_t i = 0; i < weights.size(); ++i) {
        result.value += weights[i] * vector[i];
        result.magnitude += std::fabs(weights[i] * vector[i]);
      }
    }
  }
  return results;
}

}  // namespace weighin::kernels
