// Does the row of ONNX Runtime say what a session takes, and what it refuses?
#include "estimate/runtime_truth.hpp"
#include "estimate/runtimes/runtime.hpp"

namespace weighin {
namespace {

TEST(Onnx, TakesAModelAsAWhole) {
  Plan plan;
  plan.runtime = "onnx";
  plan.format = "int4";
  plan.gpu_layers = 5;
  EXPECT_FALSE(check_plan(plan));
  plan.gpu_layers = -1;
  const auto gpu = test::made("phi-4-mini", plan);
  ASSERT_TRUE(gpu);
  test::expect_whole(*gpu);
  EXPECT_GT(gpu->gpu_bytes, gpu->host_bytes);
  plan.gpu_layers = 0;
  const auto cpu = test::made("phi-4-mini", plan);
  ASSERT_TRUE(cpu);
  test::expect_whole(*cpu);
  EXPECT_EQ(cpu->gpu_bytes, 0);
}

TEST(Onnx, SaysThatNoMeasurementStandsBehindItsMemory) {
  Plan plan;
  plan.runtime = "onnx";
  plan.format = "";
  const auto made = test::made("distilbert-base-uncased", plan);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->plan.format, "q8");
  bool said = false;
  for (const std::string& note : made->notes)
    said = said || note.find("no measurement") != note.npos;
  EXPECT_TRUE(said);
  EXPECT_GT(made->total_bytes_range.high, 1.5 * static_cast<double>(made->memory.total_bytes));
}

}  // namespace
}  // namespace weighin
