// Does a context keep what it was opened with?
#include "capi/context.hpp"

#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin::capi {
namespace {

TEST(Context, KeepsItsOptions) {
  const auto plain = open_context("");
  ASSERT_TRUE(plain) << to_text(plain.error());
  EXPECT_FALSE((*plain)->network);
  EXPECT_FALSE((*plain)->cache);
  EXPECT_GT((*plain)->catalogue.models.size(), 100u);
  const auto asked = open_context(R"({"network": true, "cache": "/tmp/x", "program": "/a/b"})");
  ASSERT_TRUE(asked) << to_text(asked.error());
  EXPECT_TRUE((*asked)->network);
  EXPECT_EQ((*asked)->cache, "/tmp/x");
  EXPECT_EQ((*asked)->invocation.program, "/a/b");
  const auto without = open_context(R"({"cache": false, "program": false})");
  ASSERT_TRUE(without);
  EXPECT_EQ((*without)->cache, "");
  EXPECT_EQ((*without)->invocation.program, "");
}

TEST(Context, ACatalogueIsLaidOverOrInPlace) {
  const test::TemporaryFolder folder;
  folder.write("models.json", test::slurp(test::source_folder() / "models.json"));
  const std::string file = (folder.path() / "models.json").string();
  const auto based = open_context(R"({"base": ")" + file + R"("})");
  ASSERT_TRUE(based) << to_text(based.error());
  EXPECT_EQ((*based)->catalogue.source, file);
  const auto over = open_context(R"({"catalogue": [")" + file + R"("]})");
  ASSERT_TRUE(over) << to_text(over.error());
  EXPECT_EQ(open_context(R"({"base": "/nowhere.json"})").error().kind, ErrorKind::no_input);
  EXPECT_EQ(open_context(R"({"catalogue": "/nowhere.json"})").error().kind, ErrorKind::no_input);
}

TEST(Context, WhatIsWrongIsNamed) {
  for (const char* options : {R"({"network": 1})", R"({"cache": true})", R"({"cach": "x"})",
                              R"({"program": ["a", "b"]})", R"({"catalogue": 7})"})
    EXPECT_EQ(open_context(options).error().kind, ErrorKind::usage) << options;
  EXPECT_NE(open_context(R"({"cach": "x"})").error().hint.find("cache"), std::string::npos);
}

}  // namespace
}  // namespace weighin::capi
