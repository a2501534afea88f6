// Do the sums over tensors add up, group by group and layer by layer?
#include "estimate/weights.hpp"

#include <limits>
#include <numeric>

#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

std::vector<StoredTensor> stored_of(const Shape& shape, const char* format) {
  const auto tensors = tensors_of(shape);
  auto stored = stored_tensors(*tensors, types_of(shape, *tensors, *find_mix(format), false));
  EXPECT_TRUE(stored);
  return std::move(*stored);
}

TEST(Weights, GroupsAndLayersAddUpToTheWhole) {
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape) continue;
    for (const char* format : {"F16", "Q4_K_M", "IQ2_XS"}) {
      const auto weights = weigh(*model.shape, stored_of(*model.shape, format), Plan{});
      ASSERT_TRUE(weights) << model.id;
      const Bytes loaded = weights->loaded_bytes();
      EXPECT_EQ(std::accumulate(weights->groups.begin(), weights->groups.end(), Bytes{0},
                                [](Bytes sum, const auto& group) { return sum + group.bytes; }),
                loaded)
          << model.id;
      EXPECT_EQ(
          std::accumulate(weights->layer_bytes.begin(), weights->layer_bytes.end(),
                          weights->input_bytes + weights->output_bytes + weights->twice_bytes),
          loaded)
          << model.id;
      EXPECT_GE(weights->file_bytes, weights->stored_bytes);
      EXPECT_LT(weights->file_bytes - weights->stored_bytes, 32 * 40'000);
    }
  }
}

// The engine's own figures for every architecture, where nothing is repacked.
TEST(Weights, OfEveryLoadAreTheEngines) {
  int count = 0;
  for (const auto& row : test::truth("engine_loads.csv")) {
    const Shape shape = test::file_shape(row.at(0));
    Plan plan;
    plan.repack = "none";
    const auto weights = weigh(shape, stored_of(shape, "F16"), plan);
    ASSERT_TRUE(weights) << row[0];
    EXPECT_EQ(weights->loaded_bytes(), std::stoll(row.at(8))) << row[0];
    ++count;
  }
  EXPECT_GT(count, 1600);
}

TEST(Weights, GemmasTableIsReadTwiceAndMappedOnce) {
  const auto made = estimate(test::model("gemma-3n-e2b"), Plan{});
  ASSERT_TRUE(made.ok());
  EXPECT_GT(made->memory.total_bytes, made->residency.working_set_bytes + 400 * kMiB);
}

TEST(Weights, OneTokenReadsNoIdleExperts) {
  const Shape shape = *test::model("qwen3-30b-a3b").shape;
  const auto weights = weigh(shape, stored_of(shape, "F16"), Plan{});
  ASSERT_TRUE(weights);
  Bytes read = 0;
  for (const FormatWork& work : weights->work) read += work.bytes;
  EXPECT_LT(read, weights->stored_bytes / 8) << "8 of 128 experts, and what is not expert";
  EXPECT_GT(read, weights->stored_bytes / 16);
}

TEST(Weights, TilesOfAmxTakeMoreThanTheFile) {
  const Shape shape = *test::model("llama-3.2-1b").shape;
  Plan plan;
  plan.repack = "avx512";
  const auto plain = weigh(shape, stored_of(shape, "Q8_0"), plan);
  plan.repack = "amx";
  const auto tiles = weigh(shape, stored_of(shape, "Q8_0"), plan);
  ASSERT_TRUE(plain && tiles);
  EXPECT_EQ(plain->loaded_bytes(), plain->stored_bytes);
  EXPECT_GT(tiles->loaded_bytes(), plain->loaded_bytes());
  EXPECT_EQ(tiles->file_bytes, plain->file_bytes);
}

TEST(Weights, WhatDoesNotFitSixtyThreeBitsIsNothing) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::vector<StoredTensor> two{{{}, "F32", find_weight_format("F32"), kMost - 8, 1},
                                      {{}, "F32", find_weight_format("F32"), kMost - 8, 1}};
  EXPECT_FALSE(weigh(*test::model("gemma-2b").shape, two, Plan{}));
  const std::vector<Tensor> wide{{"w", 0, Role::ffn_up, 2, {1LL << 40, 1LL << 40, 1}}};
  EXPECT_FALSE(stored_tensors(wide, {find_weight_format("F32")}));
}

}  // namespace
}  // namespace weighin
