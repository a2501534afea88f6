// Is every read of a header checked against the file and the limit?
#include "core/byte_reader.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace weighin {
namespace {

TEST(ByteReader, NumbersOfBothByteOrders) {
  const auto source = bytes_in_memory("f", std::string("\x01\x02\x03\x04\x01\x02\x03\x04", 8));
  ByteReader reader(*source);
  std::uint32_t number = 0;
  ASSERT_TRUE(reader.read(number, Field{"a"}));
  EXPECT_EQ(number, 0x04030201U);
  reader.set_big_endian(true);
  ASSERT_TRUE(reader.read(number, Field{"b"}));
  EXPECT_EQ(number, 0x01020304U);
  EXPECT_EQ(reader.position(), 8);
  EXPECT_EQ(reader.left(), 0);
}

TEST(ByteReader, FloatsAndTexts) {
  const float one = 1.5F;
  std::string bytes(4, '\0');
  std::memcpy(bytes.data(), &one, 4);
  const auto source = bytes_in_memory("f", bytes + "hello world");
  ByteReader reader(*source);
  float number = 0;
  std::string text;
  EXPECT_TRUE(reader.read(number, Field{"a"}));
  EXPECT_EQ(number, 1.5F);
  EXPECT_TRUE(reader.text(text, 5, Field{"b"}));
  EXPECT_EQ(text, "hello");
  EXPECT_TRUE(reader.text(text, 6, Field{"c"}, 2));
  EXPECT_EQ(text, " w");
  EXPECT_EQ(reader.left(), 0);
}

TEST(ByteReader, WhatIsNotThereNamesFileFieldAndOffset) {
  const auto source = bytes_in_memory("m.gguf", "abcdef");
  ByteReader reader(*source);
  std::uint32_t number = 0;
  EXPECT_TRUE(reader.read(number, Field{"first"}));
  EXPECT_FALSE(reader.read(number, Field{"the type of tensor", 7, "x\n"}));
  ASSERT_TRUE(reader.failed());
  EXPECT_EQ(reader.error().kind, ErrorKind::data);
  EXPECT_EQ(reader.error().what,
            "m.gguf: the type of tensor 7 (\"x?\") needs 4 bytes, and the file ends after 2 of 6 "
            "bytes");
  EXPECT_EQ(reader.error().where, "byte 4");
  EXPECT_FALSE(reader.error().hint.empty());
  // The first failure stays, and nothing is read after it.
  EXPECT_FALSE(reader.skip(1, Field{"later"}));
  EXPECT_FALSE(reader.fail(Field{"later"}, "is wrong"));
  EXPECT_NE(reader.error().what.find("tensor 7"), std::string::npos);
}

TEST(ByteReader, CountsOf64BitsDoNotWrapRound) {
  const auto source = bytes_in_memory("f", std::string(100, 'x'));
  for (const std::uint64_t count :
       {std::uint64_t{101}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    ByteReader reader(*source);
    std::string text;
    EXPECT_FALSE(reader.text(text, count, Field{"t"}));
    EXPECT_TRUE(text.empty());
    ByteReader other(*source);
    EXPECT_FALSE(other.skip(count, Field{"t"}));
    EXPECT_EQ(other.position(), 0);
  }
}

TEST(ByteReader, NoMoreThanTheLimit) {
  const auto source = bytes_in_memory("f", std::string(1000, 'x'));
  ByteReader reader(*source, 100);
  EXPECT_TRUE(reader.skip(96, Field{"a"}));
  std::uint64_t number = 0;
  EXPECT_FALSE(reader.read(number, Field{"b"}));
  EXPECT_NE(reader.error().what.find("limit of 100 bytes"), std::string::npos);
  EXPECT_LE(source->bytes_read(), 100);
}

TEST(ByteReader, AcrossWindowsEveryByteComesOnce) {
  std::string bytes(300'001, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  const auto source = bytes_in_memory("f", bytes);
  ByteReader reader(*source);
  std::string all, piece;
  while (reader.left() > 0) {
    const std::uint64_t count =
        std::min<std::uint64_t>(4099, static_cast<std::uint64_t>(reader.left()));
    ASSERT_TRUE(reader.text(piece, count, Field{"p"}));
    all += piece;
  }
  EXPECT_EQ(all, bytes);
  EXPECT_EQ(source->bytes_read(), 300'001);
}

TEST(ByteReader, SkippedBytesAreNotRead) {
  const auto source = bytes_in_memory("f", std::string(10 << 20, 'x'));
  ByteReader reader(*source);
  char c = 0;
  EXPECT_TRUE(reader.read(c, Field{"a"}));
  EXPECT_TRUE(reader.skip(9 << 20, Field{"b"}));
  EXPECT_TRUE(reader.read(c, Field{"c"}));
  EXPECT_LE(source->bytes_read(), 128 << 10);
}

// A source whose bytes end before its size says.
class Shrunk final : public ByteSource {
 public:
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return 100; }
  Result<std::size_t> read(Bytes, std::span<char>) override { return std::size_t{0}; }
  Bytes bytes_read() const override { return 0; }

 private:
  std::string shown_ = "shrunk";
};

TEST(ByteReader, AFileThatShrinksIsNoEndlessLoop) {
  Shrunk source;
  ByteReader reader(source);
  int number = 0;
  EXPECT_FALSE(reader.read(number, Field{"a"}));
  EXPECT_EQ(reader.error().kind, ErrorKind::no_input);
}

TEST(ByteReader, ForeignTextIsCleanedForMessages) {
  EXPECT_EQ(ascii_text("a\x1b[31mb\xff"), "a?[31mb?");
  EXPECT_EQ(ascii_text(std::string(100, 'x'), 4), "xxxx...");
  EXPECT_EQ(to_text(Field{"the magic"}), "the magic");
  EXPECT_EQ(to_text(Field{"key", -1, "a"}), "key \"a\"");
}

}  // namespace
}  // namespace weighin
