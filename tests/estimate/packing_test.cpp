// Are a model's tensors packed as a runtime's converter packs them?
#include "estimate/packing.hpp"

#include <gtest/gtest.h>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

Tensor matrix(std::int64_t width, std::int64_t rows) {
  return Tensor{"a", 0, Role::other_matrix, 2, {width, rows, 1}};
}

TEST(Packing, CountsValuesScalesAndPadding) {
  EXPECT_EQ(packed_bytes(kFloat16, matrix(100, 7)), 1400);
  EXPECT_EQ(packed_bytes(kFloat32, matrix(100, 7)), 2800);
  // 4.5 bits a value: 16 bytes of values and 2 of scale for 32.
  EXPECT_EQ(packed_bytes({"int4/32", 4, 32, 2, 8, ""}, matrix(64, 10)), 10 * 2 * 18);
  // A row of 33 takes two groups.
  EXPECT_EQ(packed_bytes({"int4/32", 4, 32, 2, 8, ""}, matrix(33, 1)), 2 * 18);
  // Ten values of three bits in a word: 3.6 bits with the scale.
  EXPECT_EQ(packed_bytes({"int3/40", 3, 40, 2, 10, ""}, matrix(4000, 1)), 4000 * 36 / 80);
  // One scale a row.
  EXPECT_EQ(packed_bytes({"int8", 8, -1, 12, 0, ""}, matrix(100, 7)), 7 * 112);
  EXPECT_EQ(packed_bytes(kFloat32, matrix(std::int64_t{1} << 62, 4)), std::nullopt);
}

TEST(Packing, MakesTheWholeModel) {
  Estimate estimate;
  estimate.model = test::model("smollm2-135m");
  estimate.plan.runtime = "webllm";
  estimate.plan.format = "q0f16";
  const auto packed = pack(estimate, [](const Tensor&) { return kFloat16; });
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->weights.stored_bytes, 2 * *estimate.model.parameters);
  estimate.model.shape.reset();
  EXPECT_FALSE(pack(estimate, [](const Tensor&) { return kFloat16; }));
}

TEST(Packing, WorkIsToldByTheKernelThatDoesIt) {
  Estimate estimate;
  estimate.model = test::model("smollm2-135m");
  const auto packed = pack(estimate, [](const Tensor& tensor) {
    return tensor.dimensions > 1 ? Packing{"int4/32", 4, 32, 2, 8, "Q4_0"} : kFloat16;
  });
  ASSERT_TRUE(packed);
  bool seen = false;
  for (const FormatWork& work : packed->weights.work) seen = seen || work.format == "Q4_0";
  EXPECT_TRUE(seen);
}

// A prompt's tokens meet all matrices but the output, which only its last one meets.
TEST(Packing, TheOutputMatrixStaysApartFromWhatEveryTokenMeets) {
  for (const char* id : {"gemma-2b", "qwen3-30b-a3b"}) {
    const ModelSpec model = test::model(id);
    Plan plan;
    plan.runtime = "litert";
    plan.format = "int4";
    const Result<Estimate> made = estimate(model, plan);
    ASSERT_TRUE(made) << to_text(made.error());
    std::int64_t every = 0, output = 0;
    for (const FormatWork& work : made->token.formats)
      (work.output ? output : every) += work.weights;
    EXPECT_EQ(output, (model.shape->vocab + 1) * model.shape->hidden)
        << id << ", and the last norm";
    EXPECT_GT(every, output) << id;
  }
}

TEST(Packing, APublishedSizeIsSaidBesideOurs) {
  ModelSpec model = test::model("smollm2-135m");
  model.variants = {{"webllm", "q0f16", "params", 1'000'000'000, "a page"}};
  Plan plan;
  plan.runtime = "webllm";
  plan.format = "";
  const Result<Estimate> made = estimate(model, plan);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->plan.format, "q0f16");
  bool said = false;
  for (const std::string& note : made->notes) said = said || note.find("1.00 GB") != note.npos;
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace weighin
