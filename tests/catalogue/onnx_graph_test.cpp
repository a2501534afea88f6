// Are an ONNX file's tensors listed with type, shape and place?
#include "catalogue/readers/onnx_graph.hpp"

#include <gtest/gtest.h>

#include "catalogue/onnx_files.hpp"

namespace weighin::onnx {
namespace {

using namespace test;

TEST(OnnxGraph, TensorsAreListed) {
  const auto source = bytes_in_memory(
      "m",
      onnx_model({onnx_node("DynamicQuantizeLinear", {"x"})},
                 {onnx_tensor("five", kFloat16, {2, 3, 4, 5, 6}), onnx_tensor("four", kInt4, {3}),
                  onnx_outside("out", kFloat, {2, 2}, "d", "64", "16")}));
  const auto graph = read_graph(*source);
  ASSERT_TRUE(graph.ok()) << to_text(graph.error());
  EXPECT_EQ(graph->ir_version, 9);
  EXPECT_EQ(graph->dynamic_quantize_nodes, 1);
  ASSERT_EQ(graph->tensors.size(), 3u);
  const Tensor& five = graph->tensors[0];
  EXPECT_EQ(five.dimensions, 5);
  EXPECT_EQ(five.size, (std::array<std::int64_t, 4>{6, 5, 4, 6}));
  EXPECT_EQ(five.elements, 720);
  EXPECT_EQ(five.bytes, 1440);
  EXPECT_EQ(graph->tensors[1].bytes, 2);
  EXPECT_EQ(graph->tensors[2].location, 0);
  EXPECT_EQ(graph->tensors[2].offset, 64);
  EXPECT_EQ(graph->locations, (std::vector<std::string>{"d"}));
}

TEST(OnnxGraph, EachElementTypeHasItsNumber) {
  for (int number = 1; number <= 26; ++number) {
    ASSERT_NE(find_element_type(number), nullptr);
    EXPECT_EQ(find_element_type(number)->number, number);
  }
  EXPECT_EQ(find_element_type(0), nullptr);
  EXPECT_EQ(find_element_type(27), nullptr);
}

}  // namespace
}  // namespace weighin::onnx
