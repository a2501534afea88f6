// Is a file's name taken apart as Transformers.js puts it together?
#include "catalogue/readers/onnx_names.hpp"

#include <gtest/gtest.h>

namespace weighin::onnx {
namespace {

TEST(OnnxNames, ModuleAndFormat) {
  const struct {
    const char *name, *module, *format;
  } rows[] = {{"model.onnx", "model", "fp32"},
              {"model_q4f16.onnx", "model", "q4f16"},
              {"model_q4.onnx", "model", "q4"},
              {"model_quantized.onnx", "model", "q8"},
              {"model_int8.onnx", "model", "int8"},
              {"model_uint8.onnx", "model", "uint8"},
              {"model_bnb4.onnx", "model", "bnb4"},
              {"decoder_model_merged_fp16.onnx", "decoder_model_merged", "fp16"}};
  for (const auto& row : rows) {
    EXPECT_EQ(parse_name(row.name).module, row.module) << row.name;
    EXPECT_EQ(parse_name(row.name).format, row.format) << row.name;
  }
}

TEST(OnnxNames, TheBrowsersDefaultComesFirst) {
  EXPECT_EQ(rank("model.onnx_data"), 0);
  EXPECT_EQ(rank(".onnx"), 0);
  EXPECT_LT(rank("model_quantized.onnx"), rank("model_q4f16.onnx"));
  EXPECT_LT(rank("model_q4f16.onnx"), rank("model.onnx"));
  EXPECT_LT(rank("model.onnx"), rank("other.onnx"));
  EXPECT_LT(rank("decoder_model_merged_q4.onnx"), rank("vision_encoder_q4.onnx"));
}

TEST(OnnxNames, PartnersAreEachOthers) {
  for (const std::string& partner : partners_of("decoder_model_merged"))
    EXPECT_EQ(partners_of(partner).front(), "decoder_model_merged");
  EXPECT_TRUE(partners_of("model").empty());
}

}  // namespace
}  // namespace weighin::onnx
