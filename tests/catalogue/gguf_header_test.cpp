// Are all types of keys read, and what is large passed over?
#include "catalogue/readers/gguf_header.hpp"

#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"

namespace weighin::gguf {
namespace {

using test::GgufMaker;

Result<Header> header_of(const GgufMaker& maker) {
  Budget budget;
  const auto source = bytes_in_memory("f.gguf", maker.file());
  return read_header(*source, budget);
}

TEST(GgufHeader, EveryTypeOfValue) {
  for (const bool big : {false, true}) {
    GgufMaker maker;
    maker.big_endian = big;
    maker.raw_key("u8", 0, maker.number(std::uint8_t{200}))
        .raw_key("i8", 1, maker.number(std::int8_t{-5}))
        .raw_key("u16", 2, maker.number(std::uint16_t{50'000}))
        .raw_key("i16", 3, maker.number(std::int16_t{-500}))
        .raw_key("u32", 4, maker.number(std::uint32_t{4'000'000'000}))
        .raw_key("i32", 5, maker.number(std::int32_t{-7}))
        .raw_key("f32", 6, maker.number(0.5F))
        .raw_key("bool", 7, maker.number(std::uint8_t{1}))
        .raw_key("text", 8, maker.text_of("hello"))
        .raw_key("u64", 10, maker.number(std::uint64_t{1} << 40))
        .raw_key("i64", 11, maker.number(-(std::int64_t{1} << 40)))
        .raw_key("f64", 12, maker.number(0.25))
        .list("list", {1, 2, 3})
        .list("flags", {1, 0}, 7);
    const auto header = header_of(maker);
    ASSERT_TRUE(header.ok()) << to_text(header.error());
    EXPECT_EQ(header->find("u8")->integer, 200);
    EXPECT_EQ(header->find("i8")->integer, -5);
    EXPECT_EQ(header->find("u16")->integer, 50'000);
    EXPECT_EQ(header->find("i16")->integer, -500);
    EXPECT_EQ(header->find("u32")->integer, 4'000'000'000);
    EXPECT_EQ(header->find("i32")->integer, -7);
    EXPECT_EQ(header->find("f32")->number, 0.5);
    EXPECT_EQ(header->find("bool")->integer, 1);
    EXPECT_EQ(header->find("text")->text, "hello");
    EXPECT_EQ(header->find("u64")->integer, std::int64_t{1} << 40);
    EXPECT_EQ(header->find("i64")->integer, -(std::int64_t{1} << 40));
    EXPECT_EQ(header->find("f64")->number, 0.25);
    EXPECT_EQ(header->find("list")->integers, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(header->find("flags")->integers, (std::vector<std::int64_t>{1, 0}));
    EXPECT_EQ(header->find("none"), nullptr);
    EXPECT_EQ(header->big_endian, big);
  }
}

TEST(GgufHeader, LargeListsAndTextsAreCountedAndNotKept) {
  GgufMaker maker;
  maker.tokens(50'000);
  maker.text("template", std::string(100'000, 'x'));
  maker.list("scores", std::vector<std::int64_t>(10'000, 7));
  const auto header = header_of(maker);
  ASSERT_TRUE(header.ok()) << to_text(header.error());
  EXPECT_EQ(header->find("tokenizer.ggml.tokens")->count, 50'000u);
  EXPECT_EQ(header->find("template")->count, 100'000u);
  EXPECT_EQ(header->find("template")->text.size(), kKeptText);
  EXPECT_EQ(header->find("scores")->count, 10'000u);
  EXPECT_TRUE(header->find("scores")->integers.empty());
}

TEST(GgufHeader, ArraysInArraysUpToTheLimit) {
  GgufMaker maker;
  const auto nested = [&](int depth) {
    std::string value = maker.number(std::uint32_t{0}) + maker.count(2) + "ab";
    for (int i = 1; i < depth; ++i)
      value = maker.number(std::uint32_t{9}) + maker.count(2) + value + value;
    return value;
  };
  maker.raw_key("deep", 9, nested(kMostDepth)).u32("after", 5);
  const auto header = header_of(maker);
  ASSERT_TRUE(header.ok()) << to_text(header.error());
  EXPECT_EQ(header->find("deep")->count, 2u);
  EXPECT_EQ(header->find("after")->integer, 5);
  maker.raw_key("deeper", 9, nested(kMostDepth + 1));
  const auto none = header_of(maker);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().what.find("limit of 4"), std::string::npos);
}

TEST(GgufHeader, TheBudgetIsSharedByAllParts) {
  const auto source = bytes_in_memory("f", test::small_llama().file());
  Budget budget;
  ASSERT_TRUE(read_header(*source, budget).ok());
  EXPECT_LT(budget.header_bytes, Budget().header_bytes);
  EXPECT_EQ(budget.tensors, kMostTensors - 20);
  budget.tensors = 19;
  EXPECT_FALSE(read_header(*source, budget).ok());
  budget = Budget();
  budget.header_bytes = 100;
  const auto none = read_header(*source, budget);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().what.find("limit"), std::string::npos);
}

TEST(GgufHeader, OtherAlignmentsMoveTheData) {
  for (const std::uint32_t alignment : {1u, 8u, 64u, 1u << 20}) {
    GgufMaker maker;
    maker.alignment = alignment;
    maker.u32("general.alignment", alignment).tensor("a", {3}).tensor("b", {5});
    const auto header = header_of(maker);
    ASSERT_TRUE(header.ok()) << to_text(header.error());
    EXPECT_EQ(header->alignment, alignment);
    EXPECT_EQ(header->data_begin % alignment, 0);
  }
}

TEST(GgufHeader, TypesHaveNames) {
  EXPECT_STREQ(to_text(Type::u8), "u8");
  EXPECT_STREQ(to_text(Type::list), "array");
  EXPECT_STREQ(to_text(static_cast<Type>(77)), "unknown");
}

}  // namespace
}  // namespace weighin::gguf
