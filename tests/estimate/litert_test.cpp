// Are the bundles of LiteRT and what they take on a phone foretold?
#include "estimate/runtime_truth.hpp"
#include "estimate/runtimes/runtime.hpp"

namespace weighin {
namespace {

TEST(LiteRt, KnowsTheWordsOfPublishedFiles) {
  const Runtime& row = *find_runtime("litert");
  EXPECT_EQ(row.find_format("q8"), "int8");
  EXPECT_EQ(row.find_format("dynamic_int4"), "int4");
  EXPECT_EQ(row.find_format("Q4_K_M"), "");
}

TEST(LiteRt, FilesAreWithinTwoPerCentAndMemoryWithinTen) {
  std::vector<double> files, memory;
  for (const auto& row : test::truth("litert.csv")) {
    if (row.at(7).rfind("other", 0) == 0) continue;
    Plan plan;
    plan.runtime = "litert";
    plan.format = row[1];
    plan.context = std::stoll(row[2]);
    plan.gpu_layers = row[3] == "gpu" ? -1 : 0;
    const auto made = test::made(row[0], plan);
    ASSERT_TRUE(made) << row[0] << ": " << to_text(made.error());
    test::expect_whole(*made);
    if (!row[4].empty())
      files.push_back(
          test::error_of(static_cast<double>(*made->download_bytes), std::stod(row[4])));
    if (!row[5].empty())
      memory.push_back(
          test::error_of(static_cast<double>(made->memory.total_bytes), std::stod(row[5])));
    if (!row[6].empty())
      memory.push_back(test::error_of(static_cast<double>(made->gpu_bytes), std::stod(row[6])));
  }
  EXPECT_LT(test::median(files), 2.0);
  EXPECT_LT(test::median(memory), 10.0);
}

TEST(LiteRt, TablesByLayerStayInTheFile) {
  Plan plan;
  plan.runtime = "litert";
  plan.format = "int4";
  const auto made = test::made("gemma-4-e2b", plan);
  ASSERT_TRUE(made);
  test::expect_whole(*made);
  EXPECT_LT(made->memory.weights_bytes, *made->download_bytes * 2 / 3);
}

}  // namespace
}  // namespace weighin
