// Are external tensors held against the files that are really there?
#include "catalogue/readers/onnx_external.hpp"

#include <gtest/gtest.h>

namespace weighin::onnx {
namespace {

Graph two(Bytes offset) {
  Graph graph;
  graph.locations = {"d"};
  for (const Bytes at : {Bytes{0}, offset}) {
    Tensor tensor;
    tensor.name = "t";
    tensor.type = find_element_type(1);
    tensor.elements = 4;
    tensor.bytes = 16;
    tensor.location = 0;
    tensor.offset = at;
    graph.tensors.push_back(tensor);
  }
  return graph;
}

TEST(OnnxExternal, TheSameBytesTwiceAreSharedAndPartsOfThemALie) {
  const auto folder = folder_in_memory("f", {{"d", std::string(32, '\0')}});
  ASSERT_TRUE(external_parts(*folder, two(16), "m").ok());
  EXPECT_EQ(external_parts(*folder, two(16), "m")->front().bytes, 32);
  EXPECT_TRUE(external_parts(*folder, two(0), "m").ok());
  EXPECT_FALSE(external_parts(*folder, two(8), "m").ok());
  EXPECT_FALSE(external_parts(*folder, two(17), "m").ok());
}

TEST(OnnxExternal, WhatIsNotThereIsMarked) {
  const auto folder = folder_in_memory("f", {});
  const auto parts = external_parts(*folder, two(16), "m");
  ASSERT_TRUE(parts.ok());
  EXPECT_TRUE(parts->front().missing);
}

}  // namespace
}  // namespace weighin::onnx
