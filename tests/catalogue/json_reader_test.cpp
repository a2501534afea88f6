// Does every JSON text become values with right lines, or one error with file and line?
#include "catalogue/json_reader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/support.hpp"

namespace weighin::catalogue {
namespace {

namespace fs = std::filesystem;

TEST(JsonReader, KeepsKindsValuesOrderAndLines) {
  const Result<JsonNode> root = read_json(
      "{\n"
      "  \"count\": 2506172416,\n"
      "  \"last on its line\": 7\n"
      " ,\"ratio\": -1.5e3,\n"
      "  \"name\": \"Gemma \\u00e9\",\n"
      "  \"list\": [true, null,\n"
      "    9223372036854775808]\n"
      "}\n",
      "a.json");
  ASSERT_TRUE(root) << root.error().what;
  EXPECT_EQ(root->kind, JsonKind::object);
  EXPECT_EQ(root->line, 1);
  ASSERT_EQ(root->items.size(), 5u);
  EXPECT_EQ(root->items[0].key, "count");
  EXPECT_EQ(root->items[0].integer, 2506172416);
  EXPECT_EQ(root->items[0].line, 2);
  EXPECT_EQ(root->find("last on its line")->line, 3);  // not that of the comma after it
  EXPECT_EQ(root->find("ratio")->kind, JsonKind::number);
  EXPECT_DOUBLE_EQ(root->find("ratio")->number, -1500.0);
  EXPECT_EQ(root->find("ratio")->line, 4);
  EXPECT_EQ(root->find("name")->text, "Gemma \u00e9");
  const JsonNode* list = root->find("list");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->line, 6);
  ASSERT_EQ(list->items.size(), 3u);
  EXPECT_EQ(list->items[0].kind, JsonKind::boolean);
  EXPECT_EQ(list->items[0].integer, 1);
  EXPECT_EQ(list->items[1].kind, JsonKind::null);
  EXPECT_EQ(list->items[2].kind, JsonKind::number);  // one more than fits: not a whole number to us
  EXPECT_EQ(list->items[2].line, 7);
  EXPECT_EQ(root->find("absent"), nullptr);
  EXPECT_EQ(list->find("count"), nullptr);
}

struct Broken {
  const char* text;
  int line;
  const char* what;
};

class BrokenText : public testing::TestWithParam<Broken> {};

TEST_P(BrokenText, SaysFileLineAndWhat) {
  const Result<JsonNode> root = read_json(GetParam().text, "b.json");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().kind, ErrorKind::data);
  EXPECT_EQ(root.error().where, "b.json:" + std::to_string(GetParam().line)) << root.error().what;
  EXPECT_NE(root.error().what.find(GetParam().what), std::string::npos) << root.error().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenText,
    testing::Values(Broken{"", 1, "empty"}, Broken{"   \n  ", 1, "not valid JSON"},
                    Broken{"{\n\"a\": 1,\n}", 3, "not valid JSON"},
                    Broken{"[1,\n2\n3]", 3, "not valid JSON"},
                    Broken{"{\n \"a\": \"x\n\"}", 2, "control character"},
                    Broken{"{\"a\": 1}\n\nx", 3, "not valid JSON"},
                    Broken{"{\"a\": 1,\n\"b\":\n", 2, "unexpected end"},
                    Broken{"\n\n{'a': 1}", 3, "not valid JSON"}, Broken{"[\n1e999]", 2, "overflow"},
                    Broken{"{\"a\": NaN}", 1, "not valid JSON"},
                    Broken{"{\"a\": 1, // no\n}", 1, "not valid JSON"},
                    Broken{"\"\xff\"", 1, "UTF-8"},
                    Broken{"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", 3, "\"a\" stands twice"},
                    Broken{"{\"o\": {\"x\": 1,\n\"x\": 1}}", 2, "\"x\" stands twice"}));

TEST(JsonReader, ANulByteEndsNothing) {
  const Result<JsonNode> root = read_json(std::string_view("{\"a\": 1}\n\0{", 11), "n.json");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().where, "n.json:2");
}

TEST(JsonReader, FindsADuplicateKeyInALargeObjectToo) {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i) text += "\"k" + std::to_string(i) + "\": 1,\n";
  EXPECT_TRUE(read_json(text + "\"z\": 1}", "c"));
  const Result<JsonNode> root = read_json(text + "\"k4000\": 1}", "c");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().where, "c:5001");
}

TEST(JsonReader, KeepsItsLimits) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_TRUE(read_json(nested(64), "d"));
  const Result<JsonNode> deep = read_json(nested(65), "d");
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().what.find("deeper than 64"), std::string::npos);
  EXPECT_FALSE(read_json(std::string(200'000, '['), "d"));
  JsonLimits limits;
  limits.values = 4;
  EXPECT_TRUE(read_json("[1,2,3]", "d", limits));
  EXPECT_FALSE(read_json("[1,2,3,4]", "d", limits));
  limits.bytes = 6;
  const Result<JsonNode> large = read_json("[1,2,3]", "d", limits);
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().what.find("7 bytes"), std::string::npos);
}

TEST(JsonReader, MessagesHoldNoControlCharacters) {
  const Result<JsonNode> root = read_json("{\"\\u001b[31m\": 1, \"\\u001b[31m\": 2}", "e");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().what.find('\x1b'), std::string::npos);
  EXPECT_EQ(printable("a\nb\tc\x7f"), "a?b?c?");
  EXPECT_EQ(printable("ééé", 3), "é…");  // cut between characters, not within one
  EXPECT_EQ(printable("short", 5), "short");
}

TEST(JsonReader, EveryKindHasAName) {
  for (const JsonKind kind :
       {JsonKind::null, JsonKind::boolean, JsonKind::integer, JsonKind::number, JsonKind::string,
        JsonKind::array, JsonKind::object}) {
    EXPECT_STRNE(to_text(kind), "nothing known");
  }
}

// https://github.com/nst/JSONTestSuite: y_ must be read, n_ must not, i_ may be either.
TEST(JsonReader, AgreesWithJsonTestSuite) {
  const fs::path shared = test::shared_folder();
  const fs::path archive = shared / "machines" / "json" / "jsontestsuite.tar.xz";
  if (shared.empty() || !fs::exists(archive)) GTEST_SKIP() << "the JSON test suite is not here";
  const test::TemporaryFolder folder;
  const std::string command =
      "tar -xJf '" + archive.string() + "' -C '" + folder.path().string() + "'";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "tar or xz is missing";
  int read = 0;
  int refused = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || !name.ends_with(".json")) continue;
    const Result<JsonNode> root = read_json(test::slurp(entry.path()), name);
    // Valid JSON, but two facts of one name: refused by us on purpose.
    const bool duplicate = name.starts_with("y_object_duplicated_key");
    if (name.starts_with("y_") && !duplicate) {
      EXPECT_TRUE(root) << name << ": " << (root ? "" : root.error().what);
      ++read;
    } else if (name.starts_with("n_") || duplicate) {
      EXPECT_FALSE(root) << name;
      ++refused;
    }
    if (!root) {
      EXPECT_NE(root.error().where.find(name + ":"), std::string::npos) << name;
    }
  }
  EXPECT_GE(read, 90);
  EXPECT_GE(refused, 180);
}

}  // namespace
}  // namespace weighin::catalogue
