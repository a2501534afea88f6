// Does the row of llama.cpp say what that engine takes, and what it refuses?
#include "estimate/runtimes/runtime.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

const Runtime& row() { return *find_runtime("llama.cpp"); }

TEST(LlamaCpp, StandsInTheTable) {
  ASSERT_NE(find_runtime("llama.cpp"), nullptr);
  EXPECT_EQ(find_runtime("abacus"), nullptr);
  EXPECT_EQ(row().find_format("q4_k_m"), "Q4_K_M");
  EXPECT_EQ(row().find_format("q4f16"), "");
}

TEST(LlamaCpp, RefusesAQuantizedCacheWithoutFlashAttention) {
  Plan plan;
  EXPECT_TRUE(row().check(plan));
  plan.kv_type = "q8_0";
  EXPECT_TRUE(row().check(plan));
  plan.flash_attn = "off";
  EXPECT_FALSE(row().check(plan));
}

TEST(LlamaCpp, SaysWhichKindsItDoesNotLoad) {
  const Result<Estimate> whisper = estimate(test::model("whisper-tiny"), Plan{});
  ASSERT_TRUE(whisper.ok());
  EXPECT_FALSE(whisper->supported);
  EXPECT_NE(whisper->why_not.find("whisper"), std::string::npos);
  EXPECT_GT(*whisper->download_bytes, 0);
  const Result<Estimate> gemma = estimate(test::model("gemma-2b"), Plan{});
  ASSERT_TRUE(gemma.ok());
  EXPECT_TRUE(gemma->supported);
  EXPECT_EQ(gemma->basis, Basis::architecture);
}

}  // namespace
}  // namespace weighin
