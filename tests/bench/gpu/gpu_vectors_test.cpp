// Do vectors lie where the kernels look for them, rounded as the reference rounds?
#include "bench/gpu/gpu_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/reference.hpp"

namespace weighin {
namespace {

TEST(GpuVectors, SpreadFloatsAreAPermutation) {
  std::vector<float> values(2048);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  auto spread = spread_floats(values.data(), 2048);
  // The first fours of 32 blocks come first.
  EXPECT_EQ(spread[0], 0.0f);
  EXPECT_EQ(spread[3], 3.0f);
  EXPECT_EQ(spread[4], 32.0f);
  EXPECT_EQ(spread[128], 4.0f);
  EXPECT_EQ(spread[1024], 1024.0f);
  std::sort(spread.begin(), spread.end());
  EXPECT_EQ(spread, values);
}

TEST(GpuVectors, BytesAreRoundedAsTheReferenceRounds) {
  const auto values = kernels::random_activations(2048, 7);
  const auto expected =
      kernels::round_activations(kernels::Activation::q8_per_32, values.data(), 2048);
  const Bytes8 plain = plain_bytes(values.data(), 2048, 1);
  const Bytes8 spread = spread_bytes(values.data(), 2048);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t block = i / 32;
    EXPECT_DOUBLE_EQ(plain.numbers[i] * static_cast<double>(plain.scales[block]), expected[i]);
    const std::size_t unit = block / 32 * 64 + i % 32 / 16 * 32 + block % 32;
    EXPECT_EQ(spread.numbers[16 * unit + i % 16], plain.numbers[i]);
    EXPECT_EQ(spread.scales[2 * block], plain.scales[block]);
  }
  int sum = 0;
  for (int i = 0; i < 32; ++i) sum += plain.numbers[static_cast<std::size_t>(i)];
  EXPECT_FLOAT_EQ(spread.scales[1], spread.scales[0] * static_cast<float>(sum));
}

TEST(GpuVectors, HalvesAreTheNearest) {
  // Of each exponent, halfway cases and what is below the smallest normal number.
  const float values[] = {0.0f,         -0.0f,   1.0f,      -2.5f,     65504.0f, 6.1e-5f, 3e-5f,
                          -6e-8f,       0.1f,    1.00048828125f,       1.0014648f, 4095.9f, 2047.5f};
  const auto made = halves(values, static_cast<std::int64_t>(std::size(values)));
  for (std::size_t i = 0; i < std::size(values); ++i) {
    const double value = static_cast<double>(values[i]);
    const double error = std::fabs(kernels::half_to_double(made[i]) - value);
    EXPECT_LE(error, std::max(std::fabs(value) * 0x1p-11, 0x1p-25)) << values[i];
  }
  EXPECT_EQ(made[2], 0x3c00);
  EXPECT_EQ(made[1], 0x8000);
  const float large = 1e6f;
  EXPECT_EQ(halves(&large, 1).front(), 0x7c00);
}

}  // namespace
}  // namespace weighin
