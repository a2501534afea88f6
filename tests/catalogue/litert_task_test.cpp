// Are a zip's entries found, and its models opened where they lie?
#include <gtest/gtest.h>

#include "catalogue/litert_files.hpp"
#include "catalogue/readers/litert_parts.hpp"

namespace weighin::litert {
namespace {

TEST(LiteRtTask, EntriesAreReadAtAnyOffset) {
  const std::string model = test::lite_model({{"w", 0, {1000}, 4000}});
  const auto source = bytes_in_memory(
      "t", test::zip_file({{"TF_LITE_PREFILL_DECODE", model}, {"METADATA", "abc"}}));
  const auto bundle = open_task(*source);
  ASSERT_TRUE(bundle.ok()) << to_text(bundle.error());
  ASSERT_EQ(bundle->parts.size(), 2u);
  ASSERT_NE(bundle->parts[0].source, nullptr);
  EXPECT_EQ(bundle->parts[1].source, nullptr);
  EXPECT_EQ(bundle->parts[1].bytes, 3);
  for (const std::size_t offset : {std::size_t{3000}, std::size_t{4}, std::size_t{2000}}) {
    std::string got(100, 'x');
    EXPECT_EQ(*bundle->parts[0].source->read(static_cast<Bytes>(offset), got), 100u);
    EXPECT_EQ(got, model.substr(offset, 100));
  }
}

}  // namespace
}  // namespace weighin::litert
