// Do all sources of bytes keep to their ends, and is no name taken that leads elsewhere?
#include "weighin/bytes.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Bytes, ReadsWithinItsEndsAndCounts) {
  const auto source = bytes_in_memory("m", "0123456789");
  std::array<char, 4> into{};
  EXPECT_EQ(*source->read(0, into), 4u);
  EXPECT_EQ(*source->read(8, into), 2u);
  EXPECT_EQ(into[1], '9');
  EXPECT_EQ(*source->read(10, into), 0u);
  EXPECT_EQ(*source->read(-1, into), 0u);
  EXPECT_EQ(source->bytes_read(), 6);
}

TEST(Bytes, NamesThatLeadElsewhereAreNone) {
  EXPECT_TRUE(is_plain_name("model-00001-of-00002.gguf"));
  EXPECT_TRUE(is_plain_name("..model"));
  for (const char* bad : {"", ".", "..", "a/b", "/etc/passwd", "a\\b", "a\nb", "\x7f"})
    EXPECT_FALSE(is_plain_name(bad)) << bad;
  EXPECT_FALSE(is_plain_name(std::string(256, 'a')));
  EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3)));
}

TEST(Bytes, ReadsAllOrNamesTheLimit) {
  const auto source = bytes_in_memory("m", "0123456789");
  EXPECT_EQ(*read_all(*source, 10), "0123456789");
  const auto refused = read_all(*source, 9);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::data);
  EXPECT_NE(refused.error().what.find(" 9 "), std::string::npos);
}

TEST(Bytes, AFolderInMemoryKnowsItsFiles) {
  const auto folder = folder_in_memory("f", {{"b", "2"}, {"a", "1"}});
  EXPECT_EQ(*folder->names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(folder->has("a"));
  EXPECT_FALSE(folder->has("c"));
  EXPECT_EQ(*read_all(**folder->open("b"), 5), "2");
  EXPECT_EQ(folder->open("c").error().kind, ErrorKind::no_input);
}

}  // namespace
}  // namespace weighin
