// Is a FlatBuffer that FlatBuffers' own library wrote read in place?
#include "catalogue/readers/flat_reader.hpp"

#include <gtest/gtest.h>

#include "catalogue/litert_files.hpp"

namespace weighin::flat {
namespace {

TEST(FlatReader, FieldsAreFoundAndAbsentOnesHaveADefault) {
  const auto source = bytes_in_memory("m", test::lite_model({{"w", 9, {2, 3}, 6}}));
  Reader reader(*source);
  const Table root = reader.root();
  EXPECT_EQ(reader.number(root, 0, 4, 0, "version"), 3u);
  EXPECT_EQ(reader.number(root, 30, 4, 77, "none"), 77u);
  const Vector graphs = reader.vector(root, 2, 4, 10, "subgraphs");
  ASSERT_EQ(graphs.count, 1u);
  const Vector rows = reader.vector(reader.table_at(graphs.at, "graph"), 0, 4, 10, "tensors");
  EXPECT_EQ(reader.text(reader.table_at(rows.at, "tensor"), 3, 10, "name"), "w");
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.vector(root, 2, 4, 0, "subgraphs").count, 0u);
  EXPECT_NE(reader.error().what.find("more than the limit of 0"), std::string::npos);
}

TEST(FlatReader, ASectionIsAWindow) {
  const auto whole = bytes_in_memory("m", "0123456789");
  Section section(*whole, "s", 2, 5);
  std::array<char, 10> into{};
  EXPECT_EQ(*section.read(3, into), 2u);
  EXPECT_EQ(into[0], '5');
  EXPECT_EQ(*section.read(5, into), 0u);
}

}  // namespace
}  // namespace weighin::flat
