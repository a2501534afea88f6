// Is a key of a wrong type or size told, with file, key and limit?
#include "catalogue/readers/gguf_keys.hpp"

#include <gtest/gtest.h>

namespace weighin::gguf {
namespace {

Value integer(std::int64_t number) {
  Value value;
  value.type = Type::i64;
  value.integer = number;
  return value;
}
Value text(std::string_view words) {
  Value value;
  value.type = Type::text;
  value.text = words;
  value.count = words.size();
  return value;
}
Value list(std::vector<std::int64_t> numbers) {
  Value value;
  value.type = Type::list;
  value.element = Type::u32;
  value.count = numbers.size();
  value.integers = std::move(numbers);
  return value;
}

TEST(GgufKeys, NumbersListsAndTexts) {
  Header header;
  header.values["general.architecture"] = text("llama");
  header.values["llama.block_count"] = integer(7);
  header.values["llama.heads"] = list({4, 8});
  header.values["general.name"] = text("a\x1b[0m");
  Keys keys(header, "f");
  EXPECT_EQ(keys.architecture(), "llama");
  EXPECT_EQ(keys.number("block_count", 10), 7);
  EXPECT_EQ(keys.number("none", 10, 3), 3);
  EXPECT_EQ(keys.number("heads", 10), 4);
  EXPECT_EQ(keys.numbers("heads", 10), (std::vector<std::int64_t>{4, 8}));
  EXPECT_EQ(keys.text("general.name"), "a?[0m");
  EXPECT_EQ(keys.text("general.none"), "");
  EXPECT_EQ(keys.whole("llama.block_count", 10), 7);
  EXPECT_FALSE(keys.whole("none", 10));
  EXPECT_FALSE(keys.error());
}

TEST(GgufKeys, WhatCannotBeIsTold) {
  const auto error_of = [](Value value, auto ask) {
    Header header;
    header.values["general.architecture"] = text("llama");
    header.values["llama.x"] = std::move(value);
    Keys keys(header, "f.gguf");
    ask(keys);
    return keys.error() ? to_text(*keys.error()) : std::string();
  };
  const auto number = [](Keys& keys) { EXPECT_EQ(keys.number("x", 100), 0); };
  EXPECT_NE(error_of(integer(101), number).find("f.gguf: key \"llama.x\" is 101"),
            std::string::npos);
  EXPECT_NE(error_of(integer(101), number).find("limit of 100"), std::string::npos);
  EXPECT_NE(error_of(integer(-1), number), "");
  EXPECT_NE(error_of(text("12"), number).find("of type string"), std::string::npos);
  EXPECT_NE(error_of(list(std::vector<std::int64_t>(kMostLayers + 1, 1)),
                     [](Keys& keys) { keys.numbers("x", 100); })
                .find("limit of 512"),
            std::string::npos);
  Value strings = list({});
  strings.element = Type::text;
  strings.count = 3;
  EXPECT_NE(error_of(strings, number), "");
  EXPECT_NE(error_of(integer(1), [](Keys& keys) { keys.text("llama.x"); }).find("must be a string"),
            std::string::npos);
  EXPECT_NE(error_of(text("1"), [](Keys& keys) { keys.whole("llama.x", 5); }), "");
}

}  // namespace
}  // namespace weighin::gguf
