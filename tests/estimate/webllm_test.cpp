// Is what WebLLM says it needs foretold?
#include "estimate/runtime_truth.hpp"
#include "estimate/runtimes/runtime.hpp"

namespace weighin {
namespace {

Plan page_plan(const char* format, std::int64_t context = 4096) {
  Plan plan;
  plan.runtime = "webllm";
  plan.format = format;
  plan.context = context;
  return plan;
}

TEST(WebLlm, KnowsItsOwnWords) {
  const Runtime& row = *find_runtime("webllm");
  EXPECT_EQ(row.find_format("Q4F16_1"), "q4f16_1");
  EXPECT_EQ(row.find_format("Q4_K_M"), "");
  Plan plan = page_plan("q4f16_1");
  EXPECT_TRUE(check_plan(plan));
  plan.kv_type = "q8_0";
  EXPECT_FALSE(check_plan(plan));
  plan = page_plan("");
  EXPECT_TRUE(check_plan(plan)) << "the usual one is meant";
}

TEST(WebLlm, TheListsRowsAreWithinTenPerCent) {
  std::vector<double> errors;
  for (const auto& row : test::truth("webllm.csv")) {
    if (row.at(4) != "list") continue;
    const auto made = test::made(row[0], page_plan(row[1].c_str(), std::stoll(row[2])));
    ASSERT_TRUE(made) << row[0] << ": " << to_text(made.error());
    const double error =
        test::error_of(static_cast<double>(made->memory.total_bytes), std::stod(row[3]));
    EXPECT_LT(error, 12.0) << row[5];
    errors.push_back(error);
    test::expect_whole(*made);
  }
  EXPECT_LT(test::median(errors), 2.0);
}

TEST(WebLlm, TakesFourAndAHalfBitsOfEverything) {
  const auto made = test::made("llama-3.2-1b", page_plan("q4f16_1"));
  ASSERT_TRUE(made);
  EXPECT_NEAR(made->bits_per_weight, 4.5, 0.01);
  EXPECT_EQ(made->needed_features, std::vector<std::string>{"shader-f16"});
  const auto wide = test::made("llama-3.2-1b", page_plan("q4f32_1"));
  ASSERT_TRUE(wide);
  EXPECT_NEAR(wide->bits_per_weight, 5.0, 0.01);
  EXPECT_TRUE(wide->needed_features.empty());
  EXPECT_EQ(wide->memory.kv_cache_bytes, 2 * made->memory.kv_cache_bytes);
  EXPECT_GE(made->fetched_besides.size(), 3u) << "tokenizer, library, runtime";
}

TEST(WebLlm, SaysWhatMlcDoesNotCompile) {
  const auto whisper = test::made("whisper-tiny", page_plan("q4f16_1"));
  ASSERT_TRUE(whisper);
  EXPECT_FALSE(whisper->supported);
}

}  // namespace
}  // namespace weighin
