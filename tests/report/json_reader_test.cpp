// Does a hostile JSON text stay cheap?
#include "report/json_reader.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(JsonReader, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(64), "x"));
  const auto deep = parse_json(nested(65), "x");
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().what.find("deeper than 64"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(8u << 20, '['), "x"));
}

TEST(JsonReader, SizeAndCountAreLimited) {
  const auto large = parse_json(std::string((16u << 20) + 1, ' '), "x");
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().what.find("larger than"), std::string::npos);
  std::string many = "[0";
  for (int i = 0; i < 1100000; ++i) many += ",0";
  EXPECT_FALSE(parse_json(many + "]", "x"));
}

TEST(JsonReader, KeysMayNotBeGivenTwice) {
  EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":2}})", "x"));
  const auto twice = parse_json(R"({"a":1,"b":{"c":1,"c":2}})", "x");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().what.find("\"c\" is given twice"), std::string::npos);
}

TEST(JsonReader, TheLineOfAFaultIsSaid) {
  const auto broken = parse_json("{\n\"a\": 1,\n\"b\": }\n", "some.json");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().where, "some.json:3");
}

TEST(JsonReader, BytesThatAreNoTextAreAnError) {
  EXPECT_FALSE(parse_json("\"\xff\xfe\"", "x"));
  EXPECT_FALSE(parse_json(std::string_view("\"a\0b\"", 5), "x"));
}

}  // namespace
}  // namespace weighin
