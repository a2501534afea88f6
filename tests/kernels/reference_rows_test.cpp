// Do the plain row operations give what their formulas say?
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/reference.hpp"

namespace weighin::kernels {
namespace {

TEST(ReferenceRows, RmsNorm) {
  const auto results = expected_rows(KernelKind::rms_norm, {3.0f, -4.0f}, {1.0f, 2.0f}, 1, 2);
  const double root = std::sqrt(12.5 + 1e-5);
  EXPECT_NEAR(results[0].value, 3.0 / root, 1e-7);
  EXPECT_NEAR(results[1].value, -8.0 / root, 1e-7);
}

TEST(ReferenceRows, GatedSilu) {
  const auto results = expected_rows(KernelKind::gated_silu, {0.0f, 2.0f, 5.0f, -3.0f}, {}, 1, 4);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].value, 0.0);
  EXPECT_NEAR(results[1].value, 2.0 / (1.0 + std::exp(-2.0)) * -3.0, 1e-12);
}

TEST(ReferenceRows, RopeTurnsPairsByPosition) {
  std::vector<float> row(kHeadSize, 0.0f), frequencies(kHeadSize / 2, 0.0f);
  row[1] = 1.0f;
  frequencies[1] = 0.001f;
  const auto results = expected_rows(KernelKind::rope, row, frequencies, 1, kHeadSize);
  EXPECT_NEAR(results[1].value, std::cos(kFirstPosition * 0.001), 1e-6);
  EXPECT_NEAR(results[kHeadSize / 2 + 1].value, std::sin(kFirstPosition * 0.001), 1e-6);
  EXPECT_EQ(results[0].value, 0.0);
}

TEST(ReferenceRows, TheBestExpertsShareTheWeight) {
  std::vector<float> logits(kExperts, -100.0f), table(kExperts * 2, 0.0f);
  for (int i = 0; i < kChosenExperts; ++i) {
    logits[static_cast<std::size_t>(10 * i + 3)] = 1.0f;
    table[static_cast<std::size_t>(2 * (10 * i + 3))] = static_cast<float>(i);
  }
  const auto results = expected_rows(KernelKind::route_experts, logits, table, 1, 2);
  EXPECT_NEAR(results[0].value, 3.5, 1e-12);  // the mean of 0 … 7
  EXPECT_EQ(results[1].value, 0.0);
}

TEST(ReferenceRows, HalvesAreRoundedToTheNearestEven) {
  const std::vector<float> values{1.0f + 0x1p-11f, 1.0f + 3 * 0x1p-11f, -3.14159f, 0.0f, 0x1p-25f};
  const auto rounded = round_activations(Activation::f16, values.data(), 5);
  EXPECT_EQ(rounded[0], 1.0);
  EXPECT_EQ(rounded[1], 1.0 + 0x1p-9);
  EXPECT_EQ(rounded[2], -3.140625);
  EXPECT_EQ(rounded[3], 0.0);
  EXPECT_EQ(rounded[4], 0.0);
}

}  // namespace
}  // namespace weighin::kernels
