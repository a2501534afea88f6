// Does the graph compute in the engine's order?
#include "estimate/graph/graph.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

Extent row(std::int64_t width) { return {{width, 1, 1, 1}, {1, 0}}; }

TEST(Graph, ParentsComeFirstAndOnlyWhatIsAskedFor) {
  Graph graph;
  const Value input = graph.input(4, row(8));
  const Value unused = graph.input(4, row(8));
  const Value left = graph.value(row(8), {input});
  const Value right = graph.value(row(8), {input});
  const Value sum = graph.value(row(8), {right, left});
  graph.expand(sum);
  graph.expand(sum);
  EXPECT_EQ(graph.inputs(), std::vector<Value>{input});
  EXPECT_EQ(graph.order(), (std::vector<Value>{right, left, sum}));
  EXPECT_NE(unused, input);
}

TEST(Graph, AViewOfAViewLooksIntoTheWhole) {
  Graph graph;
  const Value whole = graph.value(row(64), {});
  const Value part = graph.view(graph.view(whole, row(32), false), row(16), false);
  EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(part)].whole, whole);
  EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(part)].bytes, Linear{});
  EXPECT_EQ(graph.view(kOutside, row(1), true), kOutside);
}

TEST(Graph, SizesAreAlignedAndGrowWithTheCells) {
  Graph graph;
  const Value odd = graph.value(row(9), {});
  EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(odd)].bytes, (Linear{64, 0}));
  const Value mask = graph.input(2, {{1, 512, 1, 1}, {0, 1}});
  EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(mask)].bytes, (Linear{0, 1024}));
  EXPECT_EQ(graph.nodes()[static_cast<std::size_t>(mask)].bytes.at(4096), 4096 * 1024);
}

}  // namespace
}  // namespace weighin
