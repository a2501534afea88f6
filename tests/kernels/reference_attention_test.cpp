// Does the plain attention weigh cells as the softmax of their scores?
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "kernels/kernel_check.hpp"

namespace weighin::kernels {
namespace {

std::vector<unsigned char> halves(const std::vector<std::uint16_t>& values) {
  std::vector<unsigned char> bytes(2 * values.size());
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(ReferenceAttention, TwoCellsByHand) {
  const Kernel& kernel = *test::runnable("attention f16").front();
  // Head size 4, so scores are halved. Keys (2, 0, 0, 0) and 0; values (1, 2, 0, 0) and (0, -2, 0,
  // 0).
  const auto keys = halves({0x4000, 0, 0, 0, 0, 0, 0, 0});
  const auto values = halves({0x3c00, 0x4000, 0, 0, 0, 0xc000, 0, 0});
  const std::vector<float> queries{3.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  const auto results = expected_attention(kernel, keys, values, 2, 4, queries, 2);
  const double weight = std::exp(3.0) / (std::exp(3.0) + 1.0);  // score 3 * 2 / 2 against 0
  EXPECT_NEAR(results[0].value, weight, 1e-12);
  EXPECT_NEAR(results[1].value, 2.0 * weight - 2.0 * (1.0 - weight), 1e-12);
  EXPECT_NEAR(results[1].magnitude, 2.0, 1e-12);
  EXPECT_EQ(results[2].value, 0.0);
  EXPECT_NEAR(results[4].value, 0.5, 1e-12);  // a query of zeros weighs all cells alike
}

}  // namespace
}  // namespace weighin::kernels
