// Are the inputs of operators that unpack weights told apart from their scales?
#include "catalogue/readers/onnx_nodes.hpp"

#include <gtest/gtest.h>

namespace weighin::onnx {
namespace {

TEST(OnnxNodes, MatMulNBitsSaysRowsAndColumns) {
  Graph graph;
  Packing packing;
  *attribute_of(packing, "K") = 64;
  *attribute_of(packing, "N") = 10;
  *attribute_of(packing, "block_size") = 32;
  EXPECT_EQ(take_node("MatMulNBits", packing, {"x", "w", "s", "", "order"}, graph), "");
  EXPECT_EQ(graph.uses.at("w").weights, 640);
  EXPECT_EQ(graph.uses.at("w").bits, 4);  // the operator's default
  EXPECT_EQ(graph.uses.at("s").role, Role::helper);
  EXPECT_EQ(graph.uses.at("order").role, Role::helper);
  EXPECT_FALSE(graph.uses.contains("x"));
  EXPECT_EQ(attribute_of(packing, "axis"), nullptr);
}

TEST(OnnxNodes, OthersAreLeftAlone) {
  Graph graph;
  EXPECT_FALSE(unpacks_weights("MatMul"));
  EXPECT_EQ(take_node("MatMul", {}, {"x", "w"}, graph), "");
  EXPECT_TRUE(graph.uses.empty());
  EXPECT_TRUE(unpacks_weights("DequantizeLinear"));
  EXPECT_NE(take_node("MatMulBnb4", {}, {"x", "w", "m"}, graph), "");
  Packing experts;
  *attribute_of(experts, "expert_weight_bits") = 8;
  EXPECT_EQ(take_node("QMoE", experts, {"x", "r", "w1", "s1", "b1", "w2", "s2"}, graph), "");
  EXPECT_EQ(graph.uses.at("w2").bits, 8);
  EXPECT_FALSE(graph.uses.contains("b1"));
}

}  // namespace
}  // namespace weighin::onnx
