// Is every value of a config taken within its limits, and every fault told with key and line?
#include "catalogue/readers/hf_values.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

JsonNode parsed(std::string_view text) {
  Result<JsonNode> node = read_json(text, "c.json");
  return node.ok() ? std::move(*node) : JsonNode{};
}

TEST(HfValues, TakesTheFirstKeyThatIsThereAndNotNull) {
  const JsonNode node = parsed(R"({"b": null, "c": 7, "d": 4096.0, "t": true, "s": "x"})");
  HfValues values(node, node, "c.json");
  EXPECT_EQ(values.number({"a", "b", "c"}, 1, 100), 7);
  EXPECT_EQ(values.number({"a", "b"}, 5, 100), 5);
  EXPECT_EQ(values.number({"d"}, 0, 5000), 4096);  // whole, though written with a point
  EXPECT_TRUE(values.flag({"t"}, false));
  EXPECT_EQ(values.text({"s"}), "x");
  EXPECT_EQ(values.needed({"a"}, 12, 100), 12);
  EXPECT_EQ(values.defaulted(), std::vector<std::string>{"a"});
  EXPECT_FALSE(values.error());
}

TEST(HfValues, EveryFaultNamesFileKeyLimitAndLine) {
  const JsonNode node = parsed("{\n\"n\": -1,\n\"x\": \"y\",\n\"f\": 1.5,\n\"h\": 1e300}");
  for (const auto& [key, line] : {std::pair{"n", 2}, {"x", 3}, {"f", 4}, {"h", 5}}) {
    HfValues values(node, node, "c.json");
    (void)values.number({key}, 0, 100);
    ASSERT_TRUE(values.error()) << key;
    EXPECT_EQ(values.error()->kind, ErrorKind::data);
    EXPECT_EQ(values.error()->where, "c.json:" + std::to_string(line));
    EXPECT_NE(values.error()->what.find(std::string("\"") + key + "\""), std::string::npos);
    EXPECT_NE(values.error()->what.find("100"), std::string::npos) << values.error()->what;
    EXPECT_FALSE(values.error()->hint.empty());
  }
  HfValues values(node, node, "c.json");
  EXPECT_FALSE(values.flag({"x"}, false));
  EXPECT_TRUE(values.error());
}

TEST(HfValues, ListsHoldOnlyWhatTheyShould) {
  const JsonNode node = parsed(R"({"t": ["a", "b"], "n": [1, 2], "m": ["a", 1], "o": {}})");
  HfValues values(node, node, "c.json");
  EXPECT_EQ(values.texts("t", 2).size(), 2u);
  EXPECT_EQ(values.numbers("n", 2, 9), (std::vector<std::int64_t>{1, 2}));
  EXPECT_NE(values.object("o"), nullptr);
  EXPECT_FALSE(values.error());
  for (const auto bad : {"m", "o"}) {
    HfValues other(node, node, "c.json");
    EXPECT_TRUE(other.texts(bad, 10).empty());
    EXPECT_TRUE(other.error()) << bad;
  }
  HfValues many(node, node, "c.json");
  (void)many.texts("t", 1);
  EXPECT_TRUE(many.error());
}

TEST(HfValues, AFlagMayStandInTheDocumentAround) {
  const JsonNode outer = parsed(R"({"tie": true, "text": {"a": 1}})");
  HfValues values(*outer.find("text"), outer, "c.json");
  EXPECT_TRUE(values.flag_anywhere("tie", false));
  EXPECT_FALSE(values.flag_anywhere("other", false));
}

}  // namespace
}  // namespace weighin::catalogue
