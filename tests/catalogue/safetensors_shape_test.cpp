// How much of a shape do the tensors alone tell?
#include "catalogue/readers/safetensors_shape.hpp"

#include <gtest/gtest.h>

#include "catalogue/safetensors_maker.hpp"

namespace weighin::catalogue {
namespace {

std::vector<FileTensor> read(const std::vector<test::MadeTensor>& made) {
  const auto source = bytes_in_memory("f", test::safetensors_of(made));
  std::vector<FileTensor> tensors;
  TensorBudget budget;
  EXPECT_TRUE(read_safetensors_header(*source, tensors, budget).ok());
  return tensors;
}

TEST(SafetensorsShape, ALlamaIsToldFromItsTensors) {
  std::vector<std::string> notes;
  const auto shape =
      shape_from_tensors(read(test::llama_tensors(3, 256, 512, 256, 128, 100, true)), notes);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->layers, 3);
  EXPECT_EQ(shape->hidden, 256);
  EXPECT_EQ(shape->ffn, 512);
  EXPECT_EQ(shape->vocab, 100);
  EXPECT_EQ(shape->heads * shape->head_dim, 256);
  EXPECT_EQ(shape->kv_heads * shape->head_dim, 128);
  EXPECT_FALSE(shape->tied_embeddings);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[0].find("assumed: 64"), std::string::npos);
}

TEST(SafetensorsShape, ANormOfQueriesTellsTheHeads) {
  auto made = test::llama_tensors(2, 128, 256, 128, 64, 100, false);
  made.push_back({"model.layers.0.self_attn.q_norm.weight", "BF16", {32}});
  std::vector<std::string> notes;
  const auto shape = shape_from_tensors(read(made), notes);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->head_dim, 32);
  EXPECT_EQ(shape->heads, 4);
  EXPECT_TRUE(shape->qk_norm);
  EXPECT_TRUE(shape->tied_embeddings);
  EXPECT_EQ(shape->architecture, "qwen3");
}

TEST(SafetensorsShape, OtherNamesGiveNoShapeButANote) {
  for (const auto& made :
       {std::vector<test::MadeTensor>{{"x", "F32", {4}}}, std::vector<test::MadeTensor>{}}) {
    std::vector<std::string> notes;
    EXPECT_FALSE(shape_from_tensors(read(made), notes));
    EXPECT_EQ(notes.size(), 1u);
  }
  auto hybrid = test::llama_tensors(2, 64, 64, 64, 64, 10, false);
  hybrid.push_back({"model.layers.1.mamba.in_proj.weight", "BF16", {4, 4}});
  std::vector<std::string> notes;
  EXPECT_FALSE(shape_from_tensors(read(hybrid), notes));
}

TEST(SafetensorsShape, WhatIsStoredSettlesWhatAConfigLeavesOpen) {
  std::vector<std::string> notes;
  Shape decoder;
  decoder.kind = "decoder";
  decoder.tied_embeddings = true;
  settle_by_tensors(decoder, true, false, true, notes);
  EXPECT_TRUE(decoder.embedding_stored_twice);
  decoder.tied_embeddings = false;
  settle_by_tensors(decoder, false, false, false, notes);
  EXPECT_FALSE(decoder.tied_embeddings);  // the matrix may be in a missing part
  EXPECT_TRUE(notes.empty());
  settle_by_tensors(decoder, false, false, true, notes);
  EXPECT_TRUE(decoder.tied_embeddings);
  EXPECT_EQ(notes.size(), 1u);
  Shape bert;
  bert.kind = "bert";
  bert.pooler = true;
  settle_by_tensors(bert, false, false, true, notes);
  EXPECT_FALSE(bert.pooler);
}

}  // namespace
}  // namespace weighin::catalogue
