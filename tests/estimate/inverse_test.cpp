// Is the longest context the longest, and the best format the best?
#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

constexpr Bytes kGiB = Bytes{1} << 30;

double high_of(const ModelSpec& model, Plan plan, std::int64_t context) {
  plan.context = context;
  const auto made = estimate(model, plan);
  EXPECT_TRUE(made.ok());
  return made->total_bytes_range.high;
}

TEST(Inverse, TheLongestContextFitsAndTheNextDoesNot) {
  for (const char* id : {"llama-3.1-8b", "gemma-3-4b", "qwen3-30b-a3b", "deepseek-v2-lite",
                         "granite-4.0-h-tiny", "mistral-7b-v0.1"}) {
    const ModelSpec model = test::model(id);
    for (const Bytes memory : {6 * kGiB, 12 * kGiB, 24 * kGiB}) {
      const auto found = max_context(model, Plan{}, memory);
      ASSERT_TRUE(found.ok()) << id;
      const double most = static_cast<double>(memory);
      if (found->context > 0) {
        EXPECT_LE(high_of(model, Plan{}, found->context), most) << id;
        EXPECT_EQ(found->estimate.plan.context, found->context);
      }
      if (found->context < found->model_most) {
        EXPECT_GT(high_of(model, Plan{}, found->context + 256), most) << id << " " << memory;
      }
    }
  }
}

TEST(Inverse, WhatCannotFitIsZero) {
  const auto found = max_context(test::model("llama-3.1-70b"), Plan{}, 8 * kGiB);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->context, 0);
  EXPECT_FALSE(max_context(test::model("llama-3.1-8b"), Plan{}, 0).ok());
}

TEST(Inverse, TheModelsOwnLimitHolds) {
  const auto found = max_context(test::model("gemma-2b"), Plan{}, 64 * kGiB);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->context, 8192);
}

TEST(Inverse, TheBestFormatIsTheFirstThatFits) {
  const ModelSpec model = test::model("llama-3.1-8b");
  const auto found = fit_in(model, Plan{}, 8 * kGiB);
  ASSERT_TRUE(found.ok());
  ASSERT_FALSE(found->format.empty());
  bool seen = false;
  for (const FormatFit& each : found->formats) {
    seen = seen || each.format == found->format;
    EXPECT_EQ(each.fits, each.need_bytes <= 8 * kGiB);
    EXPECT_TRUE(seen || !each.fits) << each.format << " has more bits";
    EXPECT_TRUE(!each.fits || each.longest_context >= 4096) << each.format;
  }
  EXPECT_TRUE(seen);
  EXPECT_EQ(found->estimate.plan.format, found->format);
  EXPECT_LE(found->estimate.total_bytes_range.high, 8.0 * kGiB);
}

TEST(Inverse, NoFormatAtAllIsSaidWithTheSmallest) {
  const auto found = fit_in(test::model("llama-3.1-405b"), Plan{}, 8 * kGiB);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->format.empty());
  EXPECT_FALSE(found->formats.empty());
  EXPECT_GT(found->estimate.total_bytes_range.high, 8.0 * kGiB);
}

TEST(Inverse, ABareSizeIsAnsweredByItsClass) {
  const auto found = fit_in(test::model("7B"), Plan{}, 8 * kGiB);
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->format.empty());
  EXPECT_EQ(found->estimate.basis, Basis::size);
}

TEST(Inverse, OnGpusTheirMemoryIsMeant) {
  Plan plan;
  plan.gpu_layers = -1;
  const auto found = max_context(test::model("llama-3.1-8b"), plan, 12 * kGiB);
  ASSERT_TRUE(found.ok());
  EXPECT_GT(found->context, 4096);
  EXPECT_LT(static_cast<double>(found->estimate.gpu_bytes), 12.0 * kGiB);
}

}  // namespace
}  // namespace weighin
