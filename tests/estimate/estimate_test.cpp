// Does the whole estimate add up, agree with the engine, and refuse what cannot be?
#include <algorithm>
#include <cmath>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Estimate, TotalsAreNearTheEngines) {
  std::vector<double> all;
  for (const auto& row : test::truth("llamacpp_memory.csv")) {
    if (row.at(19) != "ok") continue;
    Plan plan;
    plan.format = row[2];
    plan.context = std::stoll(row[5]);
    plan.flash_attn = row[6];
    plan.kv_type = row[7];
    plan.ubatch = std::stoll(row[13]);
    plan.parallel = std::stoll(row[14]);
    plan.kv_unified = row[15] == "1";
    plan.outputs = row[16] == "0" ? -1 : std::stoll(row[16]);
    const Result<Estimate> result = estimate(test::model(row[0]), plan);
    ASSERT_TRUE(result.ok()) << row[0] << ": " << to_text(result.error());
    EXPECT_LE(std::abs(static_cast<double>(result->memory.weights_bytes) - std::stod(row[8])), 4096)
        << row[0] << " " << row[2];
    const double truth = std::stod(row[8]) + std::stod(row[9]) + std::stod(row[10]) +
                         std::stod(row[11]) + std::stod(row[12]);
    all.push_back(
        std::abs(static_cast<double>(result->memory.total_bytes - result->memory.runtime_bytes) -
                 truth) /
        truth);
  }
  std::sort(all.begin(), all.end());
  RecordProperty("median", std::to_string(all[all.size() / 2]));
  EXPECT_LT(all[all.size() / 2], 0.005);
  EXPECT_LT(all[all.size() * 95 / 100], 0.03);
}

TEST(Estimate, PartsAddUpToTheTotal) {
  for (const ModelSpec& model : test::catalogue().models) {
    if (model.hosted_only) continue;
    Plan plan;
    plan.lora_rank = 16;
    const Result<Estimate> result = estimate(model, plan);
    ASSERT_TRUE(result.ok()) << model.id << ": " << to_text(result.error());
    Bytes sum = 0;
    for (const Part& part : result->parts) {
      sum += part.bytes;
      EXPECT_FALSE(part.how.empty()) << part.what;
    }
    EXPECT_EQ(sum, result->memory.total_bytes) << model.id;
    EXPECT_GT(*result->download_bytes, 0) << model.id;
    EXPECT_LE(result->token.weight_bytes(), result->memory.weights_bytes) << model.id;
    EXPECT_LE(result->total_bytes_range.low, result->total_bytes_range.mid);
    EXPECT_LE(result->total_bytes_range.mid, result->total_bytes_range.high);
  }
}

TEST(Estimate, FewerBitsNeverTakeMore) {
  for (const char* name : {"llama-3.1-8b", "mistral-7b", "gemma-2b", "qwen3-30b-a3b"}) {
    Bytes before = std::numeric_limits<Bytes>::max();
    for (const char* format :
         {"F32", "F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"}) {
      Plan plan;
      plan.format = format;
      const Bytes bytes = *estimate(test::model(name), plan)->download_bytes;
      EXPECT_LT(bytes, before) << name << " " << format;
      before = bytes;
    }
  }
}

TEST(Estimate, ALoraAdapterHasItsKnownSize) {
  Plan plan;
  plan.lora_rank = 16;
  // PEFT prints 41,943,040 parameters for Llama 3.1 8B with rank 16 on all linear matrices: 2 bytes
  // each.
  EXPECT_EQ(estimate(test::model("llama-3.1-8b"), plan)->memory.adapter_bytes, 2 * 41'943'040);
}

TEST(Estimate, ASplitSharesTheWhole) {
  Plan plan;
  const ModelSpec model = test::model("llama-3.1-8b");
  EXPECT_EQ(estimate(model, plan)->gpu_bytes, 0);
  Bytes before = 0;
  for (const std::int64_t layers : {1, 8, 16, 32, 33}) {
    plan.gpu_layers = layers;
    const Result<Estimate> result = estimate(model, plan);
    EXPECT_GT(result->gpu_bytes, before);
    EXPECT_EQ(result->gpu_bytes + result->host_bytes, result->memory.total_bytes);
    before = result->gpu_bytes;
  }
  plan.gpu_layers = -1;
  EXPECT_EQ(estimate(model, plan)->gpu_bytes, before);
}

TEST(Estimate, ABareSizeIsAnAssumptionWithAWiderRange) {
  const Result<Estimate> result = estimate(test::model("7B"), Plan{});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->known_by, KnownBy::assumed);
  EXPECT_GT(result->total_bytes_range.high, 1.1 * result->total_bytes_range.mid);
}

TEST(Estimate, WhatCannotBeIsRefused) {
  const Result<Estimate> hosted = estimate(test::model("gpt-4"), Plan{});
  ASSERT_FALSE(hosted.ok());
  EXPECT_NE(hosted.error().what.find("not downloadable"), std::string::npos);
  Plan plan;
  plan.context = 100'000;
  EXPECT_FALSE(estimate(test::model("gemma-2b"), plan).ok()) << "beyond the model's context";
  plan = Plan{};
  const Result<Estimate> bert = estimate(test::model("distilbert"), plan);
  ASSERT_TRUE(bert.ok());
  EXPECT_EQ(bert->plan.context, 512) << "the default is cut to what the model takes";
}

TEST(Estimate, AnUnknownArchitectureIsMarkedAndWider) {
  ModelSpec model = test::model("llama-3.2-1b");
  const auto known = estimate(model, Plan{});
  model.shape->architecture = "nobodys-own";
  const auto unknown = estimate(model, Plan{});
  ASSERT_TRUE(known.ok() && unknown.ok());
  EXPECT_GT(unknown->total_bytes_range.high, 1.05 * known->total_bytes_range.high);
  EXPECT_LT(unknown->total_bytes_range.low, known->total_bytes_range.low);
  ASSERT_FALSE(unknown->notes.empty());
  EXPECT_NE(unknown->notes.back().find("nobodys-own"), std::string::npos);
  EXPECT_TRUE(known->notes.empty()) << known->notes.front();
}

}  // namespace
}  // namespace weighin
