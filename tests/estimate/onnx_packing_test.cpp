// Are the sizes of published ONNX files foretold?
#include "estimate/onnx_packing.hpp"

#include "estimate/runtime_truth.hpp"

namespace weighin {
namespace {

TEST(OnnxPacking, PublishedFilesAreWithinTwoPerCent) {
  std::vector<double> errors;
  for (const auto& row : test::truth("onnx.csv")) {
    if (row.at(4).rfind("other", 0) == 0) continue;
    Plan plan;
    plan.runtime = row[1] == "int4" ? "onnx" : "onnx-web";
    plan.format = row[1];
    const auto made = test::made(row[0], plan);
    ASSERT_TRUE(made) << row[0] << ": " << to_text(made.error());
    const double error =
        test::error_of(static_cast<double>(*made->download_bytes), std::stod(row[2]));
    EXPECT_LT(error, 5.0) << row[5] << " " << row[1];
    errors.push_back(error);
  }
  EXPECT_LT(test::median(errors), 0.5);
}

TEST(OnnxPacking, WhatBrowsersCallFourBitsIsMore) {
  // The table stays in 32 bits: 786 MB in q4, 512 in q8, 483 in q4f16.
  const auto size = [](const char* format) {
    Plan plan;
    plan.runtime = "onnx-web";
    plan.format = format;
    return *test::made("qwen2.5-0.5b", plan)->download_bytes;
  };
  EXPECT_GT(size("q4"), size("q8"));
  EXPECT_GT(size("q8"), size("q4f16"));
}

TEST(OnnxPacking, ValuesOfTheCacheFollowTheFormat) {
  EXPECT_EQ(onnx_value_bytes("q4f16"), 2);
  EXPECT_EQ(onnx_value_bytes("q8"), 4);
  EXPECT_EQ(find_onnx_format("Q8"), "q8");
  EXPECT_EQ(find_onnx_format("Q4_K_M"), "");
}

}  // namespace
}  // namespace weighin
