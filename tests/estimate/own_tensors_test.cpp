// Is a file's own list of tensors weighed as the computed one?
#include "estimate/own_tensors.hpp"

#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

// The model as a file that holds just the tensors that the estimator expects of its format.
std::shared_ptr<ModelFile> as_file(const Shape& shape, const std::vector<StoredTensor>& stored,
                                   const std::string& format) {
  auto file = std::make_shared<ModelFile>();
  file->reader = "gguf";
  file->runtime = "llama.cpp";
  file->format = format;
  for (const StoredTensor& each : stored) {
    FileTensor tensor;
    std::string_view name = each.tensor.name;
    std::string before;
    if (shape.kind == "t5" && each.tensor.layer >= 0) {
      before = std::string(name.substr(0, 4));
      name.remove_prefix(4);
    }
    tensor.name = each.tensor.layer < 0 ? std::string(name)
                                        : before + "blk." + std::to_string(each.tensor.layer) +
                                              "." + std::string(name);
    tensor.type = each.type;
    tensor.dimensions = each.tensor.dimensions;
    tensor.size = {each.tensor.size[0], each.tensor.size[1], each.tensor.size[2], 1};
    tensor.bytes = each.bytes;
    tensor.weights = each.weights;
    file->total_bytes += (each.bytes + 31) / 32 * 32;
    file->tensors.push_back(tensor);
  }
  file->parts.push_back({"model.gguf", file->total_bytes, false});
  return file;
}

TEST(OwnTensors, AFileTakesWhatTheCatalogueSays) {
  int count = 0;
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape || model.shape->architecture.empty()) continue;
    const Shape shape = test::file_shape(model.id);
    const auto tensors = tensors_of(shape);
    for (const char* format : {"Q4_K_M", "Q8_0"}) {
      const auto stored =
          stored_tensors(*tensors, types_of(shape, *tensors, *find_mix(format), false));
      ASSERT_TRUE(stored) << model.id;
      for (const char* layout : {"avx2", "amx", "none"}) {
        Plan plan;
        plan.format = format;
        plan.repack = layout;
        const auto computed = estimate(model, plan);
        ASSERT_TRUE(computed.ok()) << model.id;
        ModelSpec from_file = model;
        from_file.file = as_file(shape, *stored, format);
        plan.format = "file";
        const auto read = estimate(from_file, plan);
        ASSERT_TRUE(read.ok()) << model.id << ": " << to_text(read.error());
        EXPECT_EQ(read->basis, Basis::file);
        EXPECT_EQ(computed->basis, Basis::architecture);
        EXPECT_EQ(read->plan.format, format);
        EXPECT_EQ(read->memory.total_bytes, computed->memory.total_bytes)
            << model.id << " " << format << " " << layout;
        EXPECT_EQ(read->residency.anonymous_bytes, computed->residency.anonymous_bytes) << model.id;
        EXPECT_EQ(read->token.weight_bytes(), computed->token.weight_bytes()) << model.id;
        EXPECT_EQ(*read->download_bytes, from_file.file->total_bytes);
        ++count;
      }
    }
  }
  EXPECT_GT(count, 900);
}

TEST(OwnTensors, RolesAreReadFromTheNames) {
  const auto role = [](const char* name) { return tensor_named(name, 2, {64, 64, 1, 1}).role; };
  EXPECT_EQ(role("blk.3.attn_q.weight"), Role::attention_q);
  EXPECT_EQ(role("token_embd.weight"), Role::token_embedding);
  EXPECT_EQ(role("blk.0.ffn_gate_inp.weight"), Role::keep_f32);
  EXPECT_EQ(role("blk.0.something_new.weight"), Role::other_matrix);
  const Tensor expert = tensor_named("blk.12.ffn_down_exps.weight", 3, {64, 64, 8, 1});
  EXPECT_TRUE(expert.expert);
  EXPECT_EQ(expert.layer, 12);
  EXPECT_EQ(expert.role, Role::ffn_down);
  EXPECT_EQ(tensor_named("blk.99999999999999.attn_q.weight", 2, {1, 1, 1, 1}).layer, -1);
}

TEST(OwnTensors, MissingPartsLeaveTheDownloadUnknown) {
  ModelSpec model = test::model("smollm2-135m");
  const Shape shape = *model.shape;
  const auto tensors = tensors_of(shape);
  const auto stored = stored_tensors(*tensors, types_of(shape, *tensors, *find_mix("Q8_0"), false));
  const auto file = as_file(shape, *stored, "Q8_0");
  file->parts.push_back({"model-2.gguf", 0, true});
  model.file = file;
  Plan plan;
  plan.format = "";
  const auto read = estimate(model, plan);
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->download_bytes);
}

TEST(OwnTensors, WithoutAnArchitectureOnlyTheWeightsAreCounted) {
  ModelSpec model = test::model("smollm2-135m");
  const Shape shape = *model.shape;
  const auto tensors = tensors_of(shape);
  const auto stored = stored_tensors(*tensors, types_of(shape, *tensors, *find_mix("Q8_0"), false));
  model.file = as_file(shape, *stored, "Q8_0");
  model.shape.reset();
  Plan plan;
  plan.format = "file";
  const auto read = estimate(model, plan);
  ASSERT_TRUE(read.ok()) << to_text(read.error());
  EXPECT_FALSE(read->supported);
  EXPECT_GT(read->memory.weights_bytes, 100 * kMiB);
  EXPECT_GT(read->total_bytes_range.high, 1.4 * static_cast<double>(read->memory.weights_bytes));
}

}  // namespace
}  // namespace weighin
