// Is it said what shrinking saves, and what it does not?
#include "estimate/shrink.hpp"

#include <gtest/gtest.h>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

Estimate made(const char* name, const char* format = "F16") {
  Plan plan;
  plan.format = format;
  auto result = estimate(test::model(name), plan);
  EXPECT_TRUE(result) << name;
  return result ? *result : Estimate{};
}

TEST(Shrink, ReadsTheWordsOfPruning) {
  EXPECT_EQ(read_pruning("0.5")->kind, PruningKind::unstructured);
  EXPECT_EQ(read_pruning("0.5,2:4")->kind, PruningKind::two_of_four);
  EXPECT_EQ(read_pruning("0.3,structured")->kind, PruningKind::structured);
  for (const char* wrong : {"", "0", "1", "1.5", "-1", "nan", "half", "0.5,", "0.3,2:4", "0.5,x"})
    EXPECT_FALSE(read_pruning(wrong)) << wrong;
}

TEST(Shrink, ZerosSaveNothingUnlessStoredSparsely) {
  const auto rows = pruned(made("llama-3.2-1b"), {0.5, PruningKind::unstructured});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[1].download_bytes, (*rows)[0].download_bytes);
  EXPECT_LT((*rows)[2].download_bytes, (*rows)[0].download_bytes);
}

TEST(Shrink, TwoOfFourIsNineBitsOfSixteen) {
  const auto rows = pruned(made("llama-3.2-1b"), {0.5, PruningKind::two_of_four});
  ASSERT_TRUE(rows);
  // 973 million weights of matrices, 7 bits saved of each.
  const double saved = static_cast<double>((*rows)[0].download_bytes - (*rows)[1].download_bytes);
  EXPECT_NEAR(saved, 973e6 * 7 / 8, 0.01 * 973e6);
}

TEST(Shrink, ChannelsAndHeadsGoInEveryFormat) {
  for (const char* format : {"F16", "Q4_K_M"}) {
    const auto rows = pruned(made("llama-3.2-1b", format), {0.5, PruningKind::structured});
    ASSERT_TRUE(rows);
    EXPECT_LT((*rows)[1].download_bytes, (*rows)[0].download_bytes * 7 / 10) << format;
    EXPECT_LT((*rows)[1].parameters, (*rows)[0].parameters);
  }
}

TEST(Shrink, QuantizingIsHeldAgainstSixteenBits) {
  const auto rows = quantized(made("llama-3.2-1b", "Q4_K_M"));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_GT((*rows)[0].download_bytes, 3 * (*rows)[1].download_bytes);
}

TEST(Shrink, SharedWeightsAreCountedOnce) {
  const auto gemma = sharing_of(test::shape("gemma-2b"), Plan{});
  ASSERT_TRUE(gemma);
  EXPECT_EQ(gemma->tied, 524'288'000);
  EXPECT_EQ(gemma->without_sharing, gemma->unique + gemma->tied);
  const auto albert = sharing_of(test::shape("albert-base-v2"), Plan{});
  ASSERT_TRUE(albert);
  EXPECT_GT(albert->across_layers, 5 * albert->unique);
  const auto small = sharing_of(test::shape("gemma-4-e2b"), Plan{});
  ASSERT_TRUE(small);
  EXPECT_GT(small->looked_up, small->unique / 3);
  EXPECT_EQ(small->layers_without_cache, 20);
  EXPECT_GT(small->cache_saved_bytes, 0);
}

TEST(Shrink, StudentsAreFoundFromBothSides) {
  const auto of_teacher = students_of(test::catalogue(), test::model("deepseek-r1"));
  EXPECT_GE(of_teacher.size(), 6u);
  const auto of_student = students_of(test::catalogue(), test::model("distilbert-base-uncased"));
  ASSERT_EQ(of_student.size(), 1u);
  EXPECT_EQ(of_student[0].teacher, "bert-base-uncased");
  EXPECT_NEAR(static_cast<double>(of_student[0].parameters) /
                  static_cast<double>(of_student[0].teacher_parameters),
              0.606, 0.001);
}

}  // namespace
}  // namespace weighin
