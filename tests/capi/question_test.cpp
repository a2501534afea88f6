// Does each kind of JSON value become what the command line would have had?
#include "capi/question.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace weighin::capi {
namespace {

struct Taken {
  double number = 0;
  std::int64_t whole = 0;
  bool flag = false;
  std::string text;
  std::vector<std::string> several;
};

Result<Done> take(const std::string& question, Taken& taken) {
  CLI::App app;
  app.set_help_flag();
  app.add_option("--a-number", taken.number)->check(CLI::Range(0.0, 10.0));
  app.add_option("--whole", taken.whole);
  app.add_flag("--flag", taken.flag);
  app.add_option("--text", taken.text);
  app.add_option("--several", taken.several)->allow_extra_args(false);
  const Result<nlohmann::json> read = read_question(question);
  if (!read) return read.error();
  return take_question(*read, app, {});
}

TEST(Question, ValuesBecomeWords) {
  Taken taken;
  ASSERT_TRUE(take(R"({"a_number": 0.5, "whole": -3, "flag": true, "text": "a=b, \"c\" -d",
                      "several": ["x", "y"]})",
                   taken));
  EXPECT_DOUBLE_EQ(taken.number, 0.5);
  EXPECT_EQ(taken.whole, -3);
  EXPECT_TRUE(taken.flag);
  EXPECT_EQ(taken.text, "a=b, \"c\" -d");
  EXPECT_EQ(taken.several, (std::vector<std::string>{"x", "y"}));
  Taken lists;
  ASSERT_TRUE(take(R"({"text": ["a", "b"], "flag": false, "whole": null})", lists));
  EXPECT_EQ(lists.text, "a,b");
  EXPECT_FALSE(lists.flag);
}

TEST(Question, WhatDoesNotFitIsRefused) {
  Taken taken;
  for (const char* question :
       {R"({"a_number": 11})", R"({"a_number": "x"})", R"({"flag": 1})", R"({"text": {}})",
        R"({"text": ""})", R"({"text": "a\u0000b"})", R"({"whole": 1.5})", R"({"several": [[1]]})",
        R"({"unknown": 1})", R"({"--text": "x"})", R"({"a-number": 1})"}) {
    const Result<Done> done = take(question, taken);
    ASSERT_FALSE(done.ok()) << question;
    EXPECT_EQ(done.error().kind, ErrorKind::usage) << question;
  }
  EXPECT_NE(take(R"({"a_numbr": 1})", taken).error().hint.find("a_number"), std::string::npos);
  EXPECT_EQ(take("[1]", taken).error().kind, ErrorKind::data);
  EXPECT_TRUE(take("", taken).ok());
}

}  // namespace
}  // namespace weighin::capi
