// Is a long JSON text walked through within its limits?
#include "catalogue/readers/hf_json_stream.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

class Log final : public JsonEvents {
 public:
  bool open(bool object) override { return put(object ? "{" : "["); }
  bool close() override { return put("."); }
  bool key(const std::string& name) override { return put(name + ":"); }
  bool text(const std::string& value) override { return put("'" + value.substr(0, 9) + "'"); }
  bool integer(std::int64_t value) override { return put(std::to_string(value)); }
  bool other(const char* what) override { return put(what); }
  std::string log;

 private:
  bool put(const std::string& words) {
    log += words + " ";
    return true;
  }
};

Result<Done> walk(const std::string& text, Log& log) {
  const auto source = bytes_in_memory("s", text);
  return stream_json(*source, 0, source->size(), log);
}

TEST(HfJsonStream, GivesEventsInTheirOrder) {
  Log log;
  ASSERT_TRUE(walk(R"({"a": [1, -2, 18446744073709551615], "b": {"c": "x"}, "d": null})", log));
  EXPECT_EQ(log.log, "{ a: [ 1 -2 a number of more than 63 bits . b: { c: 'x' . d: null . ");
}

TEST(HfJsonStream, AcrossBuffersNothingIsLost) {
  std::string text = "[";
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + ", ";
  Log log;
  ASSERT_TRUE(walk(text + "\"end\"]", log));
  EXPECT_NE(log.log.find("49999 'end'"), std::string::npos);
}

TEST(HfJsonStream, OnlyItsOwnRangeIsRead) {
  const auto source = bytes_in_memory("s", "xx{} yy");
  Log log;
  EXPECT_TRUE(stream_json(*source, 2, 3, log));
  EXPECT_FALSE(stream_json(*source, 2, 4, log));
}

TEST(HfJsonStream, RefusesWhatIsBrokenTooDeepOrTooLong) {
  using std::string_literals::operator""s;
  for (const std::string& text :
       {""s, "{"s, "{\"a\" 1}"s, "[1,]"s, "{}\0"s, "{}\0x"s, "\"\xff\""s, "[NaN]"s, "[1e999]"s,
        "{} {}"s, "\"a"s, std::string(100'000, '['), "[\"" + std::string(2 << 20, 'a') + "\"]",
        "[" + std::string(2 << 20, '1') + "]"}) {
    Log log;
    const Result<Done> done = walk(text, log);
    ASSERT_FALSE(done.ok()) << text.substr(0, 20);
    EXPECT_EQ(done.error().kind, ErrorKind::data);
    EXPECT_NE(done.error().where.find("byte "), std::string::npos);
    EXPECT_FALSE(done.error().hint.empty());
  }
}

}  // namespace
}  // namespace weighin::catalogue
