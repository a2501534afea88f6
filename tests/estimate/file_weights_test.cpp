// Is a file whose runtime nobody has described weighed by what it holds, and no more claimed?
#include "estimate/runtimes/runtime.hpp"
#include "estimate/shapes.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

ModelSpec model_of(const char* runtime, bool with_shape) {
  ModelSpec model;
  model.id = model.name = "some";
  model.parameters = Known<std::int64_t>::of(1000, "counted");
  if (with_shape) model.shape = test::shape("smollm2-135m");
  auto file = std::make_shared<ModelFile>();
  file->reader = "onnx";
  file->runtime = runtime;
  file->format = "q4f16";
  file->tensors = {{"a", "U8", 1, {1000, 1, 1, 1}, 1000, 2000},
                   {"b", "F16", 1, {500, 1, 1, 1}, 1000, 500}};
  file->parts = {{"model_q4f16.onnx", 2100, false}};
  file->total_bytes = 2100;
  file->parameters = 2500;
  model.file = file;
  return model;
}

Plan own() {
  Plan plan;
  plan.format.clear();
  plan.runtime.clear();
  return plan;
}

TEST(FileWeights, OfAnUndescribedRuntimeTheWeightsCountAndTheRangeIsWide) {
  const auto made = estimate(model_of("abacus-runtime", false), own());
  ASSERT_TRUE(made.ok()) << to_text(made.error());
  EXPECT_EQ(made->plan.runtime, "abacus-runtime");
  EXPECT_EQ(made->plan.format, "q4f16");
  EXPECT_EQ(made->basis, Basis::file);
  EXPECT_EQ(made->memory.weights_bytes, 2000);
  EXPECT_EQ(made->memory.kv_cache_bytes, 0);
  EXPECT_EQ(*made->download_bytes, 2100);
  EXPECT_GE(made->total_bytes_range.high, 1.5 * 2000);
  ASSERT_FALSE(made->notes.empty());
  EXPECT_NE(made->notes.front().find("not known"), std::string::npos);
}

TEST(FileWeights, WithAShapeTheCacheCountsToo) {
  const auto made = estimate(model_of("abacus-runtime", true), own());
  ASSERT_TRUE(made.ok());
  EXPECT_GT(made->memory.kv_cache_bytes, 10 * kMiB);
  EXPECT_EQ(made->memory.total_bytes, made->memory.weights_bytes + made->memory.kv_cache_bytes);
}

TEST(FileWeights, AnotherFormatOrRuntimeIsRefused) {
  Plan plan = own();
  plan.format = "Q4_K_M";
  EXPECT_FALSE(estimate(model_of("abacus-runtime", true), plan).ok());
  plan = own();
  plan.runtime = "no-such-runtime";
  EXPECT_FALSE(estimate(model_of("abacus-runtime", true), plan).ok());
}

}  // namespace
}  // namespace weighin
