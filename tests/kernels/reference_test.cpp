// Does the plain reference read blocks as their format says?
#include "kernels/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/blocks.hpp"

namespace weighin::kernels {
namespace {

template <class Block>
std::vector<double> weights_of(const char* format, const Block& block, std::int64_t columns) {
  std::vector<unsigned char> bytes(sizeof block);
  std::memcpy(bytes.data(), &block, sizeof block);
  std::vector<double> weights(static_cast<std::size_t>(columns));
  EXPECT_TRUE(dequantize_row(format, bytes.data(), columns, weights.data()));
  return weights;
}

constexpr std::uint16_t kHalfOne = 0x3c00, kHalfTwo = 0x4000;

TEST(Reference, Halves) {
  EXPECT_EQ(half_to_double(kHalfOne), 1.0);
  EXPECT_EQ(half_to_double(0xc000), -2.0);
  EXPECT_EQ(half_to_double(0x7bff), 65504.0);
  EXPECT_EQ(half_to_double(0x0001), std::ldexp(1.0, -24));
  EXPECT_EQ(half_to_double(0x7c00), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(half_to_double(0x7e00)));
}

TEST(Reference, Q4_0NibblesAndOffset) {
  BlockQ4_0 block{};
  block.d = kHalfTwo;
  block.qs[0] = 0xf0;
  const auto weights = weights_of("Q4_0", block, 32);
  EXPECT_EQ(weights[0], -16.0);  // (0 - 8) * 2
  EXPECT_EQ(weights[16], 14.0);  // (15 - 8) * 2
  EXPECT_EQ(weights[1], -16.0);
}

TEST(Reference, Q8_0) {
  BlockQ8_0 block{};
  block.d = kHalfTwo;
  block.qs[31] = -127;
  EXPECT_EQ(weights_of("Q8_0", block, 32)[31], -254.0);
}

TEST(Reference, Q4KScalesOfBothHalves) {
  BlockQ4K block{};
  block.d = kHalfOne;
  block.dmin = kHalfTwo;
  block.scales[1] = 0xc5;  // part 1: scale 5; part 5: top bits 3
  block.scales[5] = 0x43;  // part 1: min 3;   part 5: top bits 1
  block.scales[9] = 0x2e;  // part 5: scale low 14, min low 2
  for (std::uint8_t& q : block.qs) q = 0x71;
  const auto weights = weights_of("Q4_K", block, 256);
  EXPECT_EQ(weights[32], 5.0 * 7 - 2.0 * 3);
  EXPECT_EQ(weights[5 * 32 + 31], (48 + 14) * 7.0 - 2.0 * (16 + 2));
  EXPECT_EQ(weights[0], 0.0);
}

TEST(Reference, Q5KFifthBit) {
  BlockQ5K block{};
  block.d = kHalfOne;
  for (std::uint8_t& scale : block.scales) scale = 1;
  block.qh[3] = 0x02;
  const auto weights = weights_of("Q5_K", block, 256);
  EXPECT_EQ(weights[32 + 3], 16.0);
  EXPECT_EQ(weights[3], 0.0);
  EXPECT_EQ(weights[32 + 4], 0.0);
}

TEST(Reference, Q6KPlacesOfBits) {
  BlockQ6K block{};
  block.d = kHalfOne;
  for (std::int8_t& scale : block.scales) scale = 1;
  block.scales[15] = -2;
  block.ql[64 + 32 + 31] = 0x90;  // half 1, quarter 3, l = 31: low bits 9
  block.qh[32 + 31] = 0x80;       // quarter 3: high bits 2
  const auto weights = weights_of("Q6_K", block, 256);
  EXPECT_EQ(weights[255], -2.0 * (9 + 32 - 32));
  EXPECT_EQ(weights[254], 64.0);
  EXPECT_EQ(weights[0], -32.0);
}

TEST(Reference, Q2KPlacesOfBits) {
  BlockQ2K block{};
  block.d = kHalfOne;
  block.dmin = kHalfTwo;
  block.scales[15] = 0x35;   // scale 5, min 3
  block.qs[32 + 31] = 0x80;  // half 1, quarter 3, l = 31: code 2
  const auto weights = weights_of("Q2_K", block, 256);
  EXPECT_EQ(weights[255], 5.0 * 2 - 2.0 * 3);
  EXPECT_EQ(weights[254], -6.0);
  EXPECT_EQ(weights[0], 0.0);
}

TEST(Reference, TablesOfIq4AndMxfp4) {
  BlockIq4Nl nl{};
  nl.d = kHalfTwo;
  nl.qs[3] = 0xf8;
  const auto of_nl = weights_of("IQ4_NL", nl, 32);
  EXPECT_EQ(of_nl[3], 2.0);
  EXPECT_EQ(of_nl[19], 226.0);
  EXPECT_EQ(of_nl[0], -254.0);
  BlockIq4Xs xs{};
  xs.d = kHalfOne;
  xs.scales_l[3] = 0x30;  // part 7: low bits 3
  xs.scales_h = 0x8000;   // part 7: high bits 2
  xs.qs[127] = 0xf0;
  const auto of_xs = weights_of("IQ4_XS", xs, 256);
  EXPECT_EQ(of_xs[255], 3.0 * 113);
  EXPECT_EQ(of_xs[239], 3.0 * -127);
  EXPECT_EQ(of_xs[0], -32.0 * -127);
  BlockMxfp4 mx{};
  mx.e = 127;  // 2^0: the table holds twice the values
  mx.qs[0] = 0xf1;
  const auto of_mx = weights_of("MXFP4", mx, 32);
  EXPECT_EQ(of_mx[0], 0.5);
  EXPECT_EQ(of_mx[16], -6.0);
  EXPECT_EQ(of_mx[1], 0.0);
}

TEST(Reference, RoundingKeepsTheLargest) {
  std::vector<float> values(256, 0.0f);
  values[7] = -2.54f;
  values[8] = 0.031f;
  values[40] = 0.5f;
  const auto per_32 = round_activations(Activation::q8_per_32, values.data(), 256);
  EXPECT_NEAR(per_32[7], -2.54, 1e-6);
  EXPECT_NEAR(per_32[8], 0.04, 1e-6);  // two steps of 0.02
  EXPECT_NEAR(per_32[40], 0.5, 1e-6);
  const auto per_256 = round_activations(Activation::q8_per_256, values.data(), 256);
  EXPECT_NEAR(per_256[40], 0.5, 1e-6);
  // 8 bits of 0.031: 0.031 = 1.984 x 2^-6, and 1.984 x 128 = 253.95.
  EXPECT_EQ(round_activations(Activation::bf16, values.data(), 256)[8], 254.0 / 128 / 64);
  EXPECT_EQ(round_activations(Activation::f32, values.data(), 256)[8], static_cast<double>(0.031f));
}

TEST(Reference, RandomRowsAreFiniteAndNotAlike) {
  for (const char* format : {"F32", "F16", "BF16", "Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "Q2_K",
                             "IQ4_NL", "IQ4_XS", "MXFP4"}) {
    const auto rows = random_rows(format, 4, 512, 1);
    ASSERT_EQ(static_cast<std::int64_t>(rows.size()), 4 * plain_row_bytes(format, 512)) << format;
    std::vector<double> weights(512);
    double least = 1e9, most = -1e9;
    for (int row = 0; row < 4; ++row) {
      dequantize_row(format, rows.data() + row * plain_row_bytes(format, 512), 512, weights.data());
      for (double weight : weights) {
        ASSERT_TRUE(std::isfinite(weight)) << format;
        least = std::min(least, weight);
        most = std::max(most, weight);
      }
    }
    EXPECT_LT(least, 0.0) << format;
    EXPECT_GT(most, 0.0) << format;
    EXPECT_NE(random_rows(format, 1, 512, 2), random_rows(format, 1, 512, 3)) << format;
  }
  EXPECT_EQ(plain_row_bytes("IQ1_S", 256), 0);
  double none = 0.0;
  EXPECT_FALSE(dequantize_row("IQ1_S", nullptr, 0, &none));
}

}  // namespace
}  // namespace weighin::kernels
