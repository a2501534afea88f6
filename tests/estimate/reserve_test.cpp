// Does the allocation follow the engine's rule?
#include <gtest/gtest.h>

#include "estimate/graph/graph.hpp"

namespace weighin {
namespace {

Extent weights_row(std::int64_t width) { return {{width, 1, 1, 1}, {1, 0}}; }
constexpr std::int64_t kFar = std::int64_t{1} << 40;

TEST(Reserve, AValueIsFreedAfterItsLastReader) {
  Graph graph;
  const Value a = graph.value(weights_row(256), {});  // 1024 bytes each
  const Value b = graph.value(weights_row(256), {a});
  const Value c = graph.value(weights_row(256), {b});
  graph.expand(c);
  EXPECT_EQ(reserve(graph, 1, 1, kFar).bytes.at(1), 2048);
}

TEST(Reserve, InPlaceTakesItsOnlyReadersMemory) {
  Graph graph;
  const Value a = graph.value(weights_row(256), {});
  const Value b = graph.in_place({a});
  graph.expand(graph.in_place({b}));
  EXPECT_EQ(reserve(graph, 1, 1, kFar).bytes.at(1), 1024);

  Graph shared;
  const Value x = shared.value(weights_row(256), {});
  const Value y = shared.in_place({x});
  shared.expand(shared.value(weights_row(256), {x, y}));
  EXPECT_EQ(reserve(shared, 1, 1, kFar).bytes.at(1), 3072) << "x has a second reader";
}

TEST(Reserve, AViewKeepsTheWholeAndIsNeverWrittenOver) {
  Graph graph;
  const Value a = graph.value(weights_row(256), {});
  const Value part = graph.view(a, weights_row(256), true);
  graph.expand(graph.in_place({part}));
  EXPECT_EQ(reserve(graph, 1, 1, kFar).bytes.at(1), 2048);
}

TEST(Reserve, AnOutputIsNeverFreed) {
  Graph graph;
  const Value a = graph.value(weights_row(256), {});
  graph.keep(a);
  const Value b = graph.value(weights_row(256), {a});
  graph.expand(graph.value(weights_row(256), {b}));
  EXPECT_EQ(reserve(graph, 1, 1, kFar).bytes.at(1), 3072);
}

TEST(Reserve, TheBestFittingHoleIsTaken) {
  Graph graph;
  // Two holes of 4096 and 1024 bytes; a value of 1024 goes into the small one, one of 4096 fits
  // after.
  const Value big = graph.value(weights_row(1024), {});
  const Value wall = graph.value(weights_row(8), {});
  const Value small = graph.value(weights_row(256), {});
  const Value end = graph.value(weights_row(8), {});
  const Value first = graph.value(weights_row(8), {big, small});
  const Value one = graph.value(weights_row(256), {first});
  const Value two = graph.value(weights_row(1024), {first});
  for (const Value value : {big, wall, small, end, first, one, two}) graph.expand(value);
  graph.expand(graph.value(weights_row(8), {one, two, wall, end}));
  EXPECT_LE(reserve(graph, 1, 1, kFar).bytes.at(1), 4096 + 32 + 1024 + 32 + 32 + 32);
}

TEST(Reserve, TheAnswerSaysWhereItHolds) {
  Graph graph;
  // Either a table that grows with the cells, or a fixed value: the larger one decides.
  const Value mask = graph.value({{1, 4, 1, 1}, {0, 1}}, {});  // 16 bytes a cell
  const Value after = graph.effect({mask});
  graph.expand(after);
  graph.expand(graph.value(weights_row(1024), {}));  // 4096 bytes
  const Reserved few = reserve(graph, 64, 1, kFar), many = reserve(graph, 1024, 1, kFar);
  EXPECT_EQ(few.bytes.at(64), 4096);
  EXPECT_EQ(many.bytes.at(1024), 16384);
  EXPECT_LE(few.to, 256);
  EXPECT_GE(many.from, 256);
  EXPECT_EQ(reserve(graph, few.to, 1, kFar).bytes.at(few.to), few.bytes.at(few.to));
}

}  // namespace
}  // namespace weighin
