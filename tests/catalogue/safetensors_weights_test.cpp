// Is each tensor counted as the catalogue counts it, however it is packed?
#include "catalogue/readers/safetensors_weights.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

FileTensor tensor(std::string name, std::string type, std::int64_t rows, std::int64_t columns = 0) {
  FileTensor made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.dimensions = columns > 0 ? 2 : 1;
  made.size[0] = columns > 0 ? columns : rows;
  if (columns > 0) made.size[1] = rows;
  made.weights = made.bytes = rows * (columns > 0 ? columns : 1);
  return made;
}

TEST(SafetensorsWeights, BuffersTowersAndCopiesDoNotCount) {
  Shape shape;
  shape.kind = "decoder";
  shape.layers = 2;
  shape.tied_embeddings = true;
  FileTensor mask = tensor("h.0.attn.bias", "F32", 1, 1);
  mask.dimensions = 4;
  std::vector<FileTensor> tensors{tensor("model.embed_tokens.weight", "BF16", 100, 8),
                                  tensor("lm_head.weight", "BF16", 100, 8),
                                  tensor("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", 4),
                                  tensor("vision_tower.layers.0.weight", "BF16", 50),
                                  tensor("model.layers.2.mlp.up_proj.weight", "BF16", 30),
                                  tensor("model.layers.1.self_attn.q_proj.bias", "BF16", 8),
                                  tensor("h.1.attn.bias", "F32", 8),
                                  mask};
  const WeightSum sum = count_weights(tensors, &shape, {});
  EXPECT_EQ(sum.parameters, 800 + 8 + 8);
  EXPECT_TRUE(sum.output_matrix);
  EXPECT_EQ(sum.format, "BF16");
  EXPECT_EQ(sum.notes.size(), 3u);  // what sees, draft layers, the second copy
  EXPECT_EQ(tensors[2].weights, 0);
  EXPECT_EQ(part_of(tensors[4], &shape, {}), TensorPart::draft);
  shape.tied_embeddings = false;
  EXPECT_EQ(count_weights(tensors, &shape, {}).parameters, 1616);
}

TEST(SafetensorsWeights, AnEncodersHeadDoesNotCount) {
  Shape shape;
  shape.kind = "bert";
  shape.layers = 1;
  std::vector<FileTensor> tensors{tensor("bert.pooler.dense.weight", "F32", 4, 4),
                                  tensor("cls.predictions.bias", "F32", 100),
                                  tensor("bert.embeddings.position_ids", "I64", 512)};
  const WeightSum sum = count_weights(tensors, &shape, {});
  EXPECT_EQ(sum.parameters, 16);
  EXPECT_TRUE(sum.pooler);
}

struct Packed {
  HfQuantization packing;
  std::vector<FileTensor> tensors;
};

// A matrix of 128 x 256 = 32768 weights, in each method's own tensors.
TEST(SafetensorsWeights, PackedWeightsAreCountedAsWeights) {
  const std::vector<Packed> all{
      {{HfPacking::gptq, "GPTQ-4bit-g128", 4, 128},
       {tensor("l.qweight", "I32", 32, 128), tensor("l.qzeros", "I32", 2, 16),
        tensor("l.scales", "F16", 2, 128), tensor("l.g_idx", "I32", 256)}},
      {{HfPacking::gptq, "GPTQ-3bit", 3, 0}, {tensor("l.qweight", "I32", 24, 128)}},
      {{HfPacking::awq, "AWQ-4bit-g128", 4, 128},
       {tensor("l.qweight", "I32", 256, 16), tensor("l.qzeros", "I32", 2, 16),
        tensor("l.scales", "F16", 2, 128)}},
      {{HfPacking::bnb4, "bnb-nf4", 4, 0},
       {tensor("l.weight", "U8", 16384, 1), tensor("l.weight.absmax", "U8", 512),
        tensor("l.weight.quant_map", "F32", 16), tensor("l.weight.nested_absmax", "F32", 2),
        tensor("l.weight.quant_state.bitsandbytes__nf4", "U8", 92)}},
      {{HfPacking::bnb8, "bnb-int8", 8, 0},
       {tensor("l.weight", "I8", 128, 256), tensor("l.SCB", "F32", 128)}},
      {{HfPacking::fp8, "FP8", 8, 0},
       {tensor("l.weight", "F8_E4M3", 128, 256), tensor("l.weight_scale_inv", "F32", 1, 2)}},
      {{HfPacking::compressed, "W4A16-g128", 4, 128},
       {tensor("l.weight_packed", "I32", 128, 32), tensor("l.weight_scale", "BF16", 128, 2),
        tensor("l.weight_shape", "I64", 2)}},
      {{HfPacking::compressed, "NVFP4", 4, 16},
       {tensor("l.weight_packed", "U8", 128, 128), tensor("l.weight_scale", "F8_E4M3", 128, 16),
        tensor("l.weight_global_scale", "F32", 1)}},
      {{HfPacking::mxfp4, "MXFP4", 4, 32},
       {tensor("l.gate_up_proj_blocks", "U8", 1024, 16),
        tensor("l.gate_up_proj_scales", "U8", 128, 8)}},
      {{HfPacking::nvfp4, "NVFP4", 4, 16},
       {tensor("l.weight", "U8", 128, 128), tensor("l.weight_scale", "F8_E4M3", 128, 16),
        tensor("l.weight_scale_2", "F32", 1), tensor("l.input_scale", "F32", 1)}},
      {{HfPacking::mlx, "MLX-4bit-g64", 4, 64},
       {tensor("l.weight", "U32", 128, 32), tensor("l.scales", "BF16", 128, 4),
        tensor("l.biases", "BF16", 128, 4)}},
      // A layer of 6 bits in a model of 4: its scales count the weights all the same.
      {{HfPacking::mlx, "MLX-4bit-g64", 4, 64},
       {tensor("l.weight", "U32", 128, 48), tensor("l.scales", "BF16", 128, 4),
        tensor("l.biases", "BF16", 128, 4)}},
      {{HfPacking::bitnet, "BitNet-1.58bit", 2, 0},
       {tensor("l.weight", "U8", 32, 256), tensor("l.weight_scale", "BF16", 1)}},
      {{HfPacking::hqq, "HQQ-4bit-g64", 4, 64},
       {tensor("l.W_q", "U8", 64, 256), tensor("l.scale", "F16", 512),
        tensor("l.zero", "F16", 512)}},
  };
  for (const Packed& each : all) {
    std::vector<FileTensor> tensors = each.tensors;
    tensors.push_back(tensor("norm.weight", "BF16", 7));
    const WeightSum sum = count_weights(tensors, nullptr, each.packing);
    EXPECT_EQ(sum.parameters, 32768 + 7) << each.packing.format;
    EXPECT_EQ(sum.format, each.packing.format);
    EXPECT_TRUE(sum.complete);
  }
}

TEST(SafetensorsWeights, WhatCannotBeCountedIsSaid) {
  std::vector<FileTensor> tensors{tensor("l.codes", "I16", 10)};
  const WeightSum sum = count_weights(tensors, nullptr, {HfPacking::other, "AQLM", 0, 0});
  EXPECT_FALSE(sum.complete);
  EXPECT_EQ(sum.notes.size(), 1u);
}

TEST(SafetensorsWeights, PackingIsToldByNamesWithoutAConfig) {
  // The shapes tell what the names leave open; a matrix of 128 x 256 in each.
  const auto count = [](std::vector<FileTensor> tensors) {
    const HfQuantization found = packing_by_names(tensors, false);
    const WeightSum sum = count_weights(tensors, nullptr, found);
    return std::pair(sum.format, sum.complete ? sum.parameters : -1);
  };
  EXPECT_EQ(count({tensor("l.qweight", "I32", 64, 128), tensor("l.qzeros", "I32", 2, 32),
                   tensor("l.scales", "F16", 2, 128)}),
            std::pair(std::string("GPTQ-8bit"), std::int64_t{32768}));
  EXPECT_EQ(count({tensor("l.qweight", "I32", 24, 128), tensor("l.qzeros", "I32", 2, 12),
                   tensor("l.scales", "F16", 2, 128)}),
            std::pair(std::string("GPTQ-3bit"), std::int64_t{32768}));
  EXPECT_EQ(count({tensor("l.qweight", "I32", 256, 16), tensor("l.qzeros", "I32", 2, 16),
                   tensor("l.scales", "F16", 2, 128)}),
            std::pair(std::string("AWQ-4bit"), std::int64_t{32768}));
  EXPECT_EQ(count({tensor("l.weight", "U8", 128, 128), tensor("l.weight_scale", "F8_E4M3", 128, 16),
                   tensor("l.weight_scale_2", "F32", 1)})
                .second,
            32768);
  EXPECT_EQ(count({tensor("l.weight", "I8", 128, 256), tensor("l.weight_scale", "F32", 128)}),
            std::pair(std::string("INT8"), std::int64_t{32768}));
  EXPECT_EQ(count({tensor("l.weight_packed", "U8", 128, 128),
                   tensor("l.weight_scale", "F8_E4M3", 128, 16)}),
            std::pair(std::string("NVFP4"), std::int64_t{32768}));
  // Four ternary weights a byte, or what else: not known is said, not guessed.
  EXPECT_EQ(count({tensor("l.weight", "U8", 32, 256), tensor("l.weight_scale", "BF16", 1)}).second,
            -1);
  const auto packing = [](const char* name, const char* type, bool mlx = false) {
    return packing_by_names({tensor(name, type, 4)}, mlx).packing;
  };
  EXPECT_EQ(packing("l.qweight", "I32"), HfPacking::gptq);
  EXPECT_EQ(packing("l.weight.quant_state.bitsandbytes__nf4", "U8"), HfPacking::bnb4);
  EXPECT_EQ(
      count({tensor("l.weight", "F8_E4M3", 128, 256), tensor("l.weight_scale_inv", "F32", 1)}),
      std::pair(std::string("FP8"), std::int64_t{32768}));
  EXPECT_EQ(packing("l.weight_scale_inv", "F32"), HfPacking::none);  // a scale of nothing
  EXPECT_EQ(packing("l.scales", "F16", true), HfPacking::mlx);
  EXPECT_EQ(packing("l.weight", "BF16"), HfPacking::none);
}

}  // namespace
}  // namespace weighin::catalogue
