// Are sizes, rates, counts and times written so that nobody can misread them, and read back?
#include "weighin/units.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace weighin {
namespace {

TEST(Units, BinarySizes) {
  EXPECT_EQ(text_binary(0), "0 B");
  EXPECT_EQ(text_binary(17), "17 B");
  EXPECT_EQ(text_binary(96 * kKiB), "96.0 KiB");
  EXPECT_EQ(text_binary(512 * kMiB), "512 MiB");
  EXPECT_EQ(text_binary(24684084 * kKiB), "23.5 GiB");
  EXPECT_EQ(text_binary(1024 * kGiB), "1.0 TiB");
  EXPECT_EQ(text_binary(kGiB - 1), "1.0 GiB") << "not 1024 MiB";
  EXPECT_EQ(text_binary(-3 * kGiB), "-3.0 GiB");
}

TEST(Units, DecimalSizes) {
  EXPECT_EQ(text_decimal(1630262272), "1.63 GB");
  EXPECT_EQ(text_decimal(397 * kMB), "397 MB");
  EXPECT_EQ(text_decimal(12300), "12.3 kB");
  EXPECT_EQ(text_decimal(999), "999 B");
  EXPECT_EQ(text_decimal(999999999), "1.00 GB");
  EXPECT_EQ(text_decimal(-1630262272), "-1.63 GB");
}

TEST(Units, GbAndGibAreNeverConfused) {
  EXPECT_EQ(text_binary(kGB), "954 MiB");
  EXPECT_EQ(text_decimal(kGiB), "1.07 GB");
  EXPECT_EQ(*parse_bytes("1GB"), 1000000000);
  EXPECT_EQ(*parse_bytes("1GiB"), 1073741824);
}

TEST(Units, ExtremesDoNotOverflow) {
  EXPECT_NE(text_binary(std::numeric_limits<Bytes>::max()), "");
  EXPECT_NE(text_binary(std::numeric_limits<Bytes>::min()), "");
  EXPECT_NE(text_decimal(std::numeric_limits<Bytes>::min()), "");
  EXPECT_NE(text_count(std::numeric_limits<std::int64_t>::max()), "");
}

TEST(Units, Rates) {
  EXPECT_EQ(text_rate(46.2e9), "46.2 GB/s");
  EXPECT_EQ(text_rate(0), "0 B/s");
  EXPECT_EQ(text_rate(-1), "0 B/s");
  EXPECT_EQ(text_rate(std::numeric_limits<double>::quiet_NaN()), "0 B/s");
  EXPECT_EQ(text_rate(std::numeric_limits<double>::infinity()), "inf B/s");
}

TEST(Units, Counts) {
  EXPECT_EQ(text_count(2506172416), "2.51B");
  EXPECT_EQ(text_count(134515008), "135M");
  EXPECT_EQ(text_count(1030000000000), "1.03T");
  EXPECT_EQ(text_count(999), "999");
}

TEST(Units, Times) {
  EXPECT_EQ(text_seconds(0.012), "12 ms");
  EXPECT_EQ(text_seconds(0.5), "500 ms");
  EXPECT_EQ(text_seconds(3.3), "3.3 s");
  EXPECT_EQ(text_seconds(42), "42 s");
  EXPECT_EQ(text_seconds(120), "2 min");
  EXPECT_EQ(text_seconds(7200), "2 h");
}

TEST(Units, SizesAreRead) {
  EXPECT_EQ(*parse_bytes("8 GiB"), 8 * kGiB);
  EXPECT_EQ(*parse_bytes("8G"), 8 * kGiB) << "as in ulimit and control groups";
  EXPECT_EQ(*parse_bytes(" 500MB "), 500 * kMB);
  EXPECT_EQ(*parse_bytes("123"), 123);
  EXPECT_EQ(*parse_bytes("1.5GiB"), 3 * kGiB / 2);
  EXPECT_EQ(*parse_bytes("2tb"), 2000 * kGB);
  for (const char* text :
       {"", " ", "GiB", "x", "1 X", "1 GiB x", "-1", "99999999999TiB", "1.2.3", "1e9"}) {
    const auto size = parse_bytes(text);
    ASSERT_FALSE(size.ok()) << text;
    EXPECT_EQ(size.error().kind, ErrorKind::usage);
    EXPECT_NE(size.error().hint, "");
  }
}

TEST(Units, WhatIsWrittenIsReadBack) {
  for (const Bytes bytes : {Bytes{1}, 3 * kKiB, 7 * kMiB, 5 * kGiB, 2048 * kGiB}) {
    EXPECT_EQ(*parse_bytes(text_binary(bytes)), bytes);
  }
  for (const Bytes bytes : {3 * kMB, 7 * kGB, 2000 * kGB})
    EXPECT_EQ(*parse_bytes(text_decimal(bytes)), bytes);
}

TEST(Units, CountsAreRead) {
  EXPECT_EQ(parse_count("7B"), 7000000000);
  EXPECT_EQ(parse_count("350M"), 350000000);
  EXPECT_EQ(parse_count("1.5b"), 1500000000);
  EXPECT_EQ(parse_count("1T"), 1000000000000);
  for (const char* text :
       {"", "B", "7", "7 B", "-7B", "7.5.5B", "0B", "99999999999T", "7Bx", "x7B"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
  }
}

TEST(Units, CheckedArithmetic) {
  constexpr Bytes kMost = std::numeric_limits<Bytes>::max();
  EXPECT_EQ(checked_add(1, 2), 3);
  EXPECT_EQ(checked_add(kMost, 0), kMost);
  EXPECT_EQ(checked_add(kMost, 1), std::nullopt);
  EXPECT_EQ(checked_add(-1, 2), std::nullopt);
  EXPECT_EQ(checked_multiply(3, 4), 12);
  EXPECT_EQ(checked_multiply(kMost, 1), kMost);
  EXPECT_EQ(checked_multiply(kMost / 2 + 1, 2), std::nullopt);
  EXPECT_EQ(checked_multiply(kMost, 0), 0);
  EXPECT_EQ(checked_multiply(-1, 1), std::nullopt);
}

}  // namespace
}  // namespace weighin
