// Does the row of Transformers.js say what a page takes, and what bounds it?
#include "estimate/runtime_truth.hpp"
#include "estimate/runtimes/runtime.hpp"

namespace weighin {
namespace {

Plan plan_of(const char* format) {
  Plan plan;
  plan.runtime = "onnx-web";
  plan.format = format;
  return plan;
}

TEST(OnnxWeb, IsBoundByAddressesOnWebAssemblyAndByFeaturesOnWebGpu) {
  Plan plan = plan_of("q4f16");
  const auto wasm = test::made("qwen2.5-0.5b", plan);
  ASSERT_TRUE(wasm);
  EXPECT_EQ(wasm->address_space_bytes, 4 * kGiB);
  EXPECT_TRUE(wasm->needed_features.empty());
  test::expect_whole(*wasm);
  plan.gpu_layers = -1;
  const auto gpu = test::made("qwen2.5-0.5b", plan);
  ASSERT_TRUE(gpu);
  EXPECT_EQ(gpu->address_space_bytes, 0);
  EXPECT_EQ(gpu->needed_features.size(), 1u);
  test::expect_whole(*gpu);
}

TEST(OnnxWeb, FetchesTokenizerAndRuntimeBesides) {
  const auto made = test::made("distilbert-base-uncased", plan_of(""));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->plan.format, "q8") << "what the library fetches unasked";
  Bytes besides = 0;
  for (const Part& part : made->fetched_besides) besides += part.bytes;
  EXPECT_GT(besides, 3'000'000);
  EXPECT_LT(besides, 8'000'000);
}

}  // namespace
}  // namespace weighin
