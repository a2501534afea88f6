// What stands for a size without a name, and does it say that it is assumed?
#include "catalogue/bare_size.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "catalogue/shipped.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

TEST(BareSize, NearTheReferenceItIsTheReference) {
  const Result<ModelSpec> model = find_model(test::shipped(), "7B");
  ASSERT_TRUE(model);
  EXPECT_EQ(model->id, "7b");
  EXPECT_EQ(model->name, "7B class (reference: Mistral 7B v0.3)");
  EXPECT_EQ(model->known_by, KnownBy::assumed);
  EXPECT_EQ(model->size_class, "7B");
  EXPECT_EQ(*model->parameters, 7248023552);
  EXPECT_EQ(model->parameters.known_by, KnownBy::assumed);
  EXPECT_EQ(model->context_max.known_by, KnownBy::assumed);
  EXPECT_FALSE(model->license);
  EXPECT_TRUE(model->repository.empty());
  EXPECT_TRUE(model->variants.empty());
  EXPECT_FALSE(model->hosted_only);
  ASSERT_TRUE(model->shape);
  EXPECT_EQ(model->shape->layers, 32);
  for (const char* spelling : {"7b", " 7B ", "7 B", "7.0b"}) {
    const Result<ModelSpec> same = find_model(test::shipped(), spelling);
    ASSERT_TRUE(same) << spelling;
    EXPECT_EQ(same->shape->layers, 32) << spelling;
  }
}

TEST(BareSize, FarFromItLayersAreAddedOrTakenAway) {
  const Result<ModelSpec> nine = find_model(test::shipped(), "9B");
  ASSERT_TRUE(nine);
  EXPECT_EQ(nine->size_class, "7B");
  EXPECT_EQ(nine->shape->layers, 40);
  EXPECT_EQ(nine->shape->hidden, 4096);
  EXPECT_FALSE(nine->note.empty());
  EXPECT_NE(nine->name.find("40 layers"), std::string::npos);
  // A mixture of experts keeps its share of active parameters.
  const Result<ModelSpec> mixture = find_model(test::shipped(), "200B");
  ASSERT_TRUE(mixture);
  EXPECT_LT(*mixture->active_parameters, *mixture->parameters / 5);
}

TEST(BareSize, EverySizeComesWithinATenth) {
  for (double size = 4e6; size < 5e12; size *= 1.07) {
    const auto asked = static_cast<std::int64_t>(size);
    const Result<ModelSpec> model = catalogue::model_of_size(test::shipped(), "x", asked);
    ASSERT_TRUE(model) << asked;
    EXPECT_EQ(model->size_class, size_class_of(asked).name);
    EXPECT_NEAR(static_cast<double>(*model->parameters), size, size * 0.1) << asked;
    EXPECT_GE(model->shape->layers, 1);
    EXPECT_GE(model->shape->kv_heads, 1);
  }
}

TEST(BareSize, WhatIsNoSizeOfAModelIsRefused) {
  for (const char* spec : {"999K", "1K", "6T", "9999T", "0B", "0.0001B"}) {
    const Result<ModelSpec> model = find_model(test::shipped(), spec);
    ASSERT_FALSE(model) << spec;
    EXPECT_EQ(model.error().kind, ErrorKind::usage);
  }
}

TEST(BareSize, ACatalogueWithoutTheReferenceSaysSo) {
  const Result<ModelSpec> model = find_model(Catalogue{}, "7B");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::usage);
  EXPECT_NE(model.error().what.find("mistral-7b-v0.3"), std::string::npos);
}

}  // namespace
}  // namespace weighin
