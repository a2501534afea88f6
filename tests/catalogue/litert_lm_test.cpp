// Are the sections of a .litertlm found?
#include <gtest/gtest.h>

#include "catalogue/litert_files.hpp"
#include "catalogue/readers/litert_parts.hpp"

namespace weighin::litert {
namespace {

TEST(LiteRtLm, SectionsAreFound) {
  const std::string model = test::lite_model({{"w", 0, {4}, 16}});
  const std::string bytes = test::lm_file({model, model});
  EXPECT_TRUE(is_litertlm(bytes));
  const auto source = bytes_in_memory("m", bytes);
  const auto bundle = open_litertlm(*source);
  ASSERT_TRUE(bundle.ok()) << to_text(bundle.error());
  ASSERT_EQ(bundle->parts.size(), 3u);
  EXPECT_EQ(bundle->parts[0].name, "tokenizer_0");
  EXPECT_EQ(bundle->parts[0].bytes, 9);
  EXPECT_EQ(bundle->parts[2].bytes, static_cast<Bytes>(model.size()));
  ASSERT_NE(bundle->parts[2].source, nullptr);
}

}  // namespace
}  // namespace weighin::litert
