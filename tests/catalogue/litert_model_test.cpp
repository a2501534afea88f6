// Does the format's word follow the weights?
#include "catalogue/readers/litert_model.hpp"

#include <gtest/gtest.h>

#include "catalogue/litert_files.hpp"

namespace weighin::litert {
namespace {

TEST(LiteRtModel, TheWordFollowsTheWeights) {
  Tally tally;
  EXPECT_EQ(format_word(tally), "");
  tally.int4 = 950;
  tally.fp32 = 50;
  EXPECT_EQ(format_word(tally), "int4");
  tally.int8 = 900;
  EXPECT_EQ(format_word(tally), "mixed");
}

TEST(LiteRtModel, NamesBeginWithThePart) {
  const std::string bytes = test::lite_model({{"w", 9, {4}, 4}});
  EXPECT_TRUE(is_model(bytes));
  const auto source = bytes_in_memory("m", bytes);
  ModelFile file;
  Tally tally;
  ASSERT_TRUE(add_model(*source, "part", file, tally).ok());
  EXPECT_EQ(file.tensors.at(0).name, "part/w");
  EXPECT_EQ(tally.int8, 4);
}

}  // namespace
}  // namespace weighin::litert
