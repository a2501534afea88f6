// Do the recomputed parameter counts equal the published ones, for every model of the catalogue?
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Parameters, EqualThePublishedCountsOfTheWholeCatalogue) {
  std::size_t counted = 0;
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape) continue;
    const auto count = count_parameters(*model.shape);
    ASSERT_TRUE(count) << model.id;
    EXPECT_EQ(count->total, model.parameters.value_or(-1)) << model.id;
    if (model.active_parameters) {
      EXPECT_EQ(count->active, *model.active_parameters) << model.id;
    }
    ++counted;
  }
  EXPECT_GE(counted, 198u);
}

TEST(Parameters, WhatCannotBeIsNotCounted) {
  Shape shape = test::shape("gemma-2b");
  shape.layers = 1'000'000;
  EXPECT_FALSE(count_parameters(shape));
  shape = test::shape("gemma-2b");
  shape.hidden = -1;
  EXPECT_FALSE(count_parameters(shape));
  shape = test::shape("gemma-2b");
  shape.kind = "perceptron";
  EXPECT_FALSE(count_parameters(shape));
  EXPECT_FALSE(count_parameters(Shape{}));
}

}  // namespace
}  // namespace weighin
