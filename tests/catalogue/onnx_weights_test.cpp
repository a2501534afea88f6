// Is the format's word the one that the tensors bear out?
#include "catalogue/readers/onnx_weights.hpp"

#include <gtest/gtest.h>

namespace weighin::onnx {
namespace {

TEST(OnnxWeights, TheWordFollowsTheWeights) {
  Tally tally;
  tally.weights = 268;  // Gemma 3 270M, the older recipe: embedding in 16 bits, the rest in 4
  tally.fp16 = 168;
  tally.blocks[4] = 100;
  tally.half_helpers = true;
  EXPECT_EQ(format_word(tally, "q4f16"), "q4f16");
  tally.half_helpers = false;
  tally.fp16 = 0;
  tally.fp32 = 168;
  EXPECT_EQ(format_word(tally, "fp32"), "q4");
  Tally floats;
  floats.weights = floats.fp32 = 10;
  EXPECT_EQ(format_word(floats, "q8"), "fp32");
  Tally bytes;
  bytes.weights = bytes.uint8 = 10;
  EXPECT_EQ(format_word(bytes, "q8"), "q8");
  EXPECT_EQ(format_word(bytes, ""), "uint8");
  EXPECT_EQ(format_word(Tally{}, "bnb4"), "bnb4");
}

TEST(OnnxWeights, HelpersHoldNoWeights) {
  Graph graph;
  for (const char* name : {"w", "s"}) {
    Tensor tensor;
    tensor.name = name;
    tensor.type = find_element_type(name[0] == 'w' ? 2 : 10);
    tensor.elements = 64;
    graph.tensors.push_back(tensor);
  }
  graph.uses["w"] = Use{Role::weights, 4, 100, false};
  graph.uses["s"] = Use{Role::helper, 0, 0, false};
  Tally tally;
  const auto tensors = weights_of(graph, "m", tally);
  ASSERT_TRUE(tensors.ok());
  EXPECT_EQ((*tensors)[0].weights, 100);
  EXPECT_EQ((*tensors)[1].weights, 0);
  EXPECT_TRUE(tally.half_helpers);
  graph.uses["w"].weights = 129;
  EXPECT_FALSE(weights_of(graph, "m", tally).ok());
}

}  // namespace
}  // namespace weighin::onnx
