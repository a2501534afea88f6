// Is each way of packing weights named as people name it?
#include "catalogue/readers/hf_quantization.hpp"

#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

struct Case {
  const char* config;
  const char* format;
  HfPacking packing;
  std::int64_t bits, group;
};

TEST(HfQuantization, NamesEachMethod) {
  const Case cases[] = {
      {R"("quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128})",
       "GPTQ-4bit-g128", HfPacking::gptq, 4, 128},
      {R"("quantization_config": {"quant_method": "gptq", "bits": 8, "group_size": -1})",
       "GPTQ-8bit", HfPacking::gptq, 8, 0},
      {R"("quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 128,
          "version": "gemm"})",
       "AWQ-4bit-g128", HfPacking::awq, 4, 128},
      {R"("quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true,
          "bnb_4bit_quant_type": "nf4"})",
       "bnb-nf4", HfPacking::bnb4, 4, 0},
      {R"("quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": true})",
       "bnb-int8", HfPacking::bnb8, 8, 0},
      {R"("quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]})", "FP8",
       HfPacking::fp8, 8, 0},
      {R"("quantization_config": {"quant_method": "mxfp4"})", "MXFP4", HfPacking::mxfp4, 4, 32},
      {R"("quantization": {"group_size": 64, "bits": 4})", "MLX-4bit-g64", HfPacking::mlx, 4, 64},
      {R"("quantization": {"group_size": 64, "bits": 4},
          "quantization_config": {"group_size": 64, "bits": 4})",
       "MLX-4bit-g64", HfPacking::mlx, 4, 64},
      {R"("quantization_config": {"quant_method": "compressed-tensors", "format": "pack-quantized",
          "config_groups": {"group_0": {"input_activations": null,
            "weights": {"num_bits": 4, "type": "int", "group_size": 128}}}})",
       "W4A16-g128", HfPacking::compressed, 4, 128},
      {R"("quantization_config": {"quant_method": "compressed-tensors", "format": "int-quantized",
          "config_groups": {"group_0": {"input_activations": {"num_bits": 8},
            "weights": {"num_bits": 8, "type": "int", "group_size": null}}}})",
       "W8A8", HfPacking::compressed, 8, 0},
      {R"("quantization_config": {"quant_method": "compressed-tensors",
          "config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "float"}}}})",
       "FP8", HfPacking::compressed, 8, 0},
      {R"("quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4"})", "NVFP4",
       HfPacking::nvfp4, 4, 0},
      {R"("quantization_config": {"quant_method": "hqq", "quant_config":
          {"weight_quant_params": {"nbits": 4, "group_size": 64}}})",
       "HQQ-4bit-g64", HfPacking::hqq, 4, 64},
      {R"("quantization_config": {"quant_method": "bitnet"})", "BitNet-1.58bit", HfPacking::bitnet,
       2, 0},
      {R"("quantization_config": {"quant_method": "aqlm"})", "AQLM", HfPacking::other, 0, 0},
      {R"("quantization_config": null)", "", HfPacking::none, 0, 0},
  };
  for (const Case& each : cases) {
    const Result<HfConfig> read = read_hf_config(
        std::string(R"({"model_type": "llama", )") + each.config + "}", "config.json");
    ASSERT_TRUE(read.ok()) << each.config << read.error().what;
    EXPECT_EQ(read->quantization.format, each.format) << each.config;
    EXPECT_EQ(read->quantization.packing, each.packing) << each.config;
    EXPECT_EQ(read->quantization.bits, each.bits) << each.config;
    EXPECT_EQ(read->quantization.group, each.group) << each.config;
  }
}

TEST(HfQuantization, WrongTypesAreRefused) {
  for (const char* text : {R"("quantization_config": 4)",
                           R"("quantization_config": {"quant_method": "gptq", "bits": "four"})",
                           R"("quantization_config": {"quant_method": "gptq", "bits": 0})",
                           R"("quantization": {"bits": 99, "group_size": 64})",
                           R"("quantization_config": {"quant_method": "compressed-tensors",
                              "config_groups": []})"}) {
    const Result<HfConfig> read =
        read_hf_config(std::string(R"({"model_type": "llama", )") + text + "}", "config.json");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::data);
  }
}

}  // namespace
}  // namespace weighin::catalogue
