// Is an ONNX model read right: in one file, with its tensors outside, and in several modules?
#include <gtest/gtest.h>

#include <algorithm>

#include "catalogue/onnx_files.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using namespace test;

const FileTensor* find(const ModelFile& file, std::string_view name) {
  for (const FileTensor& tensor : file.tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

bool notes_say(const ModelFile& file, std::string_view words) {
  return std::any_of(file.notes.begin(), file.notes.end(), [&](const std::string& note) {
    return note.find(words) != std::string::npos;
  });
}

TEST(Onnx, FloatsInOneFileAreCountedAndNotLoaded) {
  // 8 MiB of weights, a rotary table and a shape: only the graph is read.
  const std::string bytes = onnx_model(
      {onnx_node("MatMul", {"x", "w"})},
      {onnx_tensor("w", kFloat16, {2048, 2048}), onnx_tensor("cos_cache", kFloat16, {64, 8}),
       onnx_tensor("shape", kInt64, {4}), onnx_tensor("epsilon", kFloat, {})});
  const Bytes size = static_cast<Bytes>(bytes.size());
  const auto folder = folder_in_memory("f", {{"model_fp16.onnx", bytes}});
  const auto spec = read_model(*folder, "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  const ModelFile& file = *spec->file;
  EXPECT_EQ(file.reader, "onnx");
  EXPECT_EQ(file.runtime, "onnx-web");
  EXPECT_EQ(file.format, "fp16");
  EXPECT_EQ(file.parameters, 2048 * 2048);
  EXPECT_EQ(*spec->parameters, 2048 * 2048);
  EXPECT_EQ(file.total_bytes, size);
  EXPECT_EQ(file.header_bytes, size - 2048 * 2048 * 2 - 64 * 8 * 2 - 4 * 8 - 4);
  EXPECT_LT(file.bytes_read, 100'000);
  ASSERT_NE(find(file, "w"), nullptr);
  EXPECT_EQ(find(file, "w")->type, "F16");
  EXPECT_EQ(find(file, "cos_cache")->weights, 0);
  EXPECT_TRUE(notes_say(file, "no config.json"));
}

TEST(Onnx, ExternalDataIsFoundBesideIt) {
  const std::string bytes =
      onnx_model({}, {onnx_outside("a", kFloat, {100, 10}, "model.onnx_data", "", ""),
                      onnx_outside("b", kFloat, {50}, "model.onnx_data", "4096", "200"),
                      onnx_outside("c", kFloat, {7, 3}, "./model.onnx_data_1", "0", "84")});
  const auto folder = folder_in_memory("f", {{"model.onnx", bytes},
                                             {"model.onnx_data", std::string(4296, '\0')},
                                             {"model.onnx_data_1", std::string(84, '\0')}});
  const auto spec = read_model(*folder, "model.onnx");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parts.size(), 3u);
  EXPECT_EQ(spec->file->parameters, 1000 + 50 + 21);
  EXPECT_EQ(spec->file->total_bytes, static_cast<Bytes>(bytes.size()) + 4296 + 84);
  EXPECT_EQ(spec->file->header_bytes, static_cast<Bytes>(bytes.size()));
  EXPECT_EQ(spec->file->format, "fp32");
  EXPECT_EQ(find(*spec->file, "a")->size[0], 10);
  EXPECT_EQ(find(*spec->file, "a")->size[1], 100);
}

TEST(Onnx, AMissingExternalFileIsNamed) {
  const std::string bytes =
      onnx_model({}, {onnx_outside("a", kFloat, {100, 10}, "model.onnx_data", "0", "4000")});
  const auto folder = folder_in_memory("f", {{"model.onnx", bytes}});
  const auto spec = read_model(*folder, "model.onnx");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parameters, 1000);
  ASSERT_EQ(spec->file->parts.size(), 2u);
  EXPECT_TRUE(spec->file->parts[1].missing);
  EXPECT_TRUE(notes_say(*spec->file, "model.onnx_data is missing"));
}

TEST(Onnx, BlockQuantizedWeightsAreCountedUnpacked) {
  // 4 bits, blocks of 32: 256 columns are 8 blocks of 16 bytes in each of 64 rows.
  const auto packed = [](int scales) {
    return onnx_model(
        {onnx_node("MatMulNBits", {"x", "w_q4", "w_scales", "w_zero"},
                   {{"K", 256}, {"N", 64}, {"bits", 4}, {"block_size", 32}}),
         onnx_node("GatherBlockQuantized", {"e_q4", "ids", "e_scales"}, {{"block_size", 32}})},
        {onnx_tensor("w_q4", kUint8, {64, 8, 16}), onnx_tensor("w_scales", scales, {512}),
         onnx_tensor("w_zero", kUint8, {256}), onnx_tensor("e_q4", kUint8, {100, 128}),
         onnx_tensor("e_scales", scales, {100, 8}), onnx_tensor("norm", scales, {256})});
  };
  for (const bool half : {true, false}) {
    const auto folder =
        folder_in_memory("f", {{"model_q4f16.onnx", packed(half ? kFloat16 : kFloat)}});
    const auto spec = read_model(*folder, "model_q4f16.onnx");
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    EXPECT_EQ(spec->file->parameters, 256 * 64 + 100 * 256 + 256);
    EXPECT_EQ(find(*spec->file, "w_q4")->weights, 256 * 64);
    EXPECT_EQ(find(*spec->file, "w_q4")->bytes, 64 * 8 * 16);
    EXPECT_EQ(find(*spec->file, "e_q4")->weights, 100 * 256);
    EXPECT_EQ(find(*spec->file, "w_scales")->weights, 0);
    EXPECT_EQ(spec->file->format, half ? "q4f16" : "q4");
    EXPECT_EQ(notes_say(*spec->file, "its name says q4f16"), !half);
  }
}

TEST(Onnx, EightBitsWithDynamicActivationsAreQ8) {
  const std::string bytes = onnx_model(
      {onnx_node("DynamicQuantizeLinear", {"x"}),
       onnx_node("MatMulInteger", {"x_quantized", "w_quantized", "x_zero_point", "w_zero_point"}),
       onnx_node("DequantizeLinear", {"e_quantized", "e_scale", "e_zero_point"})},
      {onnx_tensor("w_quantized", kInt8, {32, 64}), onnx_tensor("w_scale", kFloat, {64}),
       onnx_tensor("w_zero_point", kInt8, {64}), onnx_tensor("e_quantized", kUint8, {10, 32}),
       onnx_tensor("e_scale", kFloat, {10}), onnx_tensor("e_zero_point", kUint8, {10})});
  const auto folder = folder_in_memory("f", {{"model_quantized.onnx", bytes}, {"x.onnx", bytes}});
  const auto spec = read_model(*folder, "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parameters, 32 * 64 + 10 * 32);
  EXPECT_EQ(spec->file->format, "q8");
  const auto other = read_model(*folder, "x.onnx");
  ASSERT_TRUE(other.ok()) << to_text(other.error());
  EXPECT_EQ(other->file->format, "int8");
}

TEST(Onnx, ModulesOfOneModelAreReadTogether) {
  const std::string encoder = onnx_model({}, {onnx_tensor("w", kFloat, {10, 10})});
  const std::string decoder = onnx_model({}, {onnx_tensor("w", kFloat, {20, 10})});
  const auto folder = folder_in_memory("f", {{"encoder_model.onnx", encoder},
                                             {"decoder_model_merged.onnx", decoder},
                                             {"decoder_model_merged_q4.onnx", decoder}});
  for (const char* name : {"", "encoder_model.onnx", "decoder_model_merged.onnx"}) {
    const auto spec = read_model(*folder, name);
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    if (*name == '\0') continue;
    EXPECT_EQ(spec->file->parameters, 300) << name;
    EXPECT_EQ(spec->file->parts.size(), 2u);
    EXPECT_NE(find(*spec->file, "encoder_model/w"), nullptr);
    EXPECT_EQ(spec->file->total_bytes, static_cast<Bytes>(encoder.size() + decoder.size()));
  }
  const auto alone = read_model(*folder, "decoder_model_merged_q4.onnx");
  ASSERT_TRUE(alone.ok());
  EXPECT_TRUE(notes_say(*alone->file, "one module of a model"));
}

// Transformers.js keeps the weights in onnx/, and config.json above it.
TEST(Onnx, ItsShapeIsInTheConfigBesideOrAbove) {
  const std::string config =
      R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64,
          "intermediate_size": 128, "num_hidden_layers": 1, "num_attention_heads": 4,
          "num_key_value_heads": 2, "vocab_size": 1000, "max_position_embeddings": 2048,
          "tie_word_embeddings": true, "torch_dtype": "bfloat16", "attention_bias": false})";
  const std::string model =
      onnx_model({}, {onnx_tensor("embed", kFloat16, {1000, 64}), onnx_tensor("n", kFloat16, {64}),
                      onnx_tensor("head", kFloat16, {64, 1000})});
  for (const bool above : {false, true}) {
    std::vector<std::pair<std::string, std::string>> files{{"model_fp16.onnx", model}}, over;
    (above ? over : files).emplace_back("config.json", config);
    const auto spec = read_model(*folder_in_memory("f/onnx", files, over), "model_fp16.onnx");
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    ASSERT_TRUE(spec->shape.has_value());
    EXPECT_EQ(spec->shape->kind, "decoder");
    EXPECT_EQ(spec->shape->layers, 1);
    EXPECT_EQ(spec->shape->kv_heads, 2);
    EXPECT_EQ(*spec->context_max, 2048);
    EXPECT_EQ(spec->file->parameters, 64'064) << "the tied embedding counts once";
    EXPECT_TRUE(notes_say(*spec->file, "tied embedding"));
    EXPECT_EQ(spec->file->parts.size(), 2u);
    EXPECT_EQ(spec->file->parts[1].bytes, static_cast<Bytes>(config.size()));
  }
  const auto broken = read_model(
      *folder_in_memory("f", {{"model.onnx", model}, {"config.json", "{"}}), "model.onnx");
  ASSERT_TRUE(broken.ok()) << to_text(broken.error());
  EXPECT_FALSE(broken->shape.has_value());
  EXPECT_TRUE(notes_say(*broken->file, "config.json beside it is of no help"));
}

TEST(Onnx, SafetensorsAreNotTakenForIt) {
  const std::string other("\x08\x01\x12\0\0\0\0\0{\"a\":1}", 15);
  const auto spec = read_model(*folder_in_memory("f", {{"m.bin", other}}), "m.bin");
  EXPECT_TRUE(!spec.ok() || spec->file->reader != "onnx");
  EXPECT_TRUE(spec.ok() || spec.error().what.find("graph") == std::string::npos);
}

TEST(Onnx, ConstantsInBranchesAreCounted) {
  // An If node with a Constant in a branch, as merged decoders hold them.
  const Message constant =
      Message()
          .text(2, "branch_w")
          .text(4, "Constant")
          .message(5, Message().text(1, "value").message(5, onnx_tensor("", kFloat, {64, 32})));
  const Message branch = Message().message(1, constant).text(2, "then");
  const Message chosen = Message()
                             .text(1, "use_cache")
                             .text(4, "If")
                             .message(5, Message().text(1, "then_branch").message(6, branch));
  const auto folder = folder_in_memory("f", {{"m.onnx", onnx_model({chosen}, {})}});
  const auto spec = read_model(*folder, "m.onnx");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parameters, 64 * 32);
  EXPECT_NE(find(*spec->file, "branch_w"), nullptr);
}

}  // namespace
}  // namespace weighin
