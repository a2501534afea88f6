// Are packed weights counted as many as a stored value holds?
#include "catalogue/readers/mlc_weights.hpp"

#include <gtest/gtest.h>

namespace weighin::mlc {
namespace {

TEST(MlcWeights, BitsByTheWord) {
  EXPECT_EQ(bits_of("q4f16_1"), 4);
  EXPECT_EQ(bits_of("q3f16_1"), 3);
  EXPECT_EQ(bits_of("q0f32"), 0);
  EXPECT_EQ(bits_of("e4m3_e4m3_f16"), 0);
  EXPECT_EQ(bits_of(""), 0);
}

TEST(MlcWeights, StoredValuesHoldWholeWeights) {
  EXPECT_EQ(weights_in("a.q_weight", "uint32", 10, 4), 80);
  EXPECT_EQ(weights_in("a.q_weight", "uint32", 10, 3), 100);
  EXPECT_EQ(weights_in("a.q_weight", "int8", 10, 4), 20);
  EXPECT_EQ(weights_in("a.q_scale", "float16", 10, 4), 0);
  EXPECT_EQ(weights_in("a.weight", "float16", 10, 4), 10);
  EXPECT_EQ(weights_in("weight", "float16", 10, 4), 10);
}

}  // namespace
}  // namespace weighin::mlc
