// Does each kind of field take what is right and tell what is wrong?
#include "catalogue/fields.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

// Runs `use` on the fields of an object and gives the first fault's "what" ("" for none).
template <class Use>
std::string fault_of(const std::string& text, const Use& use) {
  const Result<JsonNode> root = read_json(text, "f.json");
  EXPECT_TRUE(root) << text;
  Faults faults("f.json");
  Fields fields(*root, "model \"m\"", 3, faults);
  use(fields);
  if (!faults.any()) return "";
  EXPECT_EQ(faults.first().kind, ErrorKind::data);
  EXPECT_NE(faults.first().hint.find("model \"m\" begins at line 3"), std::string::npos);
  EXPECT_EQ(faults.first().what.find("model \"m\": "), 0u);
  return faults.first().what.substr(11);
}

TEST(Fields, TakesTexts) {
  std::string out = "kept";
  const auto take = [&](Fields& f) { f.text("a", out, false, 5); };
  EXPECT_EQ(fault_of("{\"a\": \"x\"}", take), "");
  EXPECT_EQ(out, "x");
  EXPECT_EQ(fault_of("{}", take), "");
  EXPECT_EQ(fault_of("{\"a\": 1}", take), "\"a\" is a whole number, not a text");
  EXPECT_EQ(fault_of("{\"a\": null}", take), "\"a\" is null, not a text");
  EXPECT_EQ(fault_of("{\"a\": \"\"}", take), "\"a\" is empty");
  EXPECT_EQ(fault_of("{\"a\": \"123456\"}", take), "\"a\" is longer than 5 bytes");
  EXPECT_EQ(fault_of("{\"a\": \"\\u0007\"}", take), "\"a\" holds a control character");
  EXPECT_EQ(out, "x");
  EXPECT_EQ(fault_of("{}", [&](Fields& f) { f.text("a", out, true); }), "\"a\" is missing");
}

TEST(Fields, TakesNumbersFlagsAndLists) {
  std::int64_t number = -1;
  const auto take = [&](Fields& f) { f.integer("n", number, 1, 10); };
  EXPECT_EQ(fault_of("{\"n\": 10}", take), "");
  EXPECT_EQ(number, 10);
  EXPECT_EQ(fault_of("{\"n\": 11}", take), "\"n\" is 11, not from 1 to 10");
  EXPECT_EQ(fault_of("{\"n\": -1}", take), "\"n\" is -1, not from 1 to 10");
  EXPECT_EQ(fault_of("{\"n\": 1.0}", take),
            "\"n\" is a number that is not whole, not a whole number");
  bool flag = false;
  EXPECT_EQ(fault_of("{\"b\": true}", [&](Fields& f) { f.boolean("b", flag); }), "");
  EXPECT_TRUE(flag);
  EXPECT_EQ(fault_of("{\"b\": \"yes\"}", [&](Fields& f) { f.boolean("b", flag); }),
            "\"b\" is a text, not true or false");
  std::vector<std::string> texts;
  const auto take_texts = [&](Fields& f) { f.texts("l", texts, 2); };
  EXPECT_EQ(fault_of("{\"l\": [\"x\", \"y\"]}", take_texts), "");
  EXPECT_EQ(texts.size(), 2u);
  EXPECT_EQ(fault_of("{\"l\": [1]}", take_texts),
            "an entry of \"l\" is a whole number, not a text of 1 to 2000 bytes");
  EXPECT_EQ(fault_of("{\"l\": [\"\"]}", take_texts),
            "an entry of \"l\" is empty, not a text of 1 to 2000 bytes");
  EXPECT_EQ(fault_of("{\"l\": [\"a\",\"b\",\"c\"]}", take_texts),
            "\"l\" has 3 entries, more than 2");
  std::vector<std::int64_t> numbers;
  const auto take_numbers = [&](Fields& f) { f.integers("l", numbers, 9, 4); };
  EXPECT_EQ(fault_of("{\"l\": [0, 9]}", take_numbers), "");
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{0, 9}));
  EXPECT_EQ(fault_of("{\"l\": [10]}", take_numbers),
            "an entry of \"l\" is not a whole number from 0 to 9");
}

TEST(Fields, AFactIsAValueAValueWithItsSourceOrUnknown) {
  Known<std::string> out;
  const auto take = [&](Fields& f) { f.fact("license", "the card", out); };
  EXPECT_EQ(fault_of("{\"license\": \"mit\"}", take), "");
  EXPECT_EQ(*out, "mit");
  EXPECT_EQ(out.source, "the card");
  EXPECT_EQ(out.known_by, KnownBy::published);
  EXPECT_EQ(
      fault_of("{\"license\": {\"value\": \"gemma\", \"source\": \"memory\", \"verified\": false}}",
               take),
      "");
  EXPECT_EQ(*out, "gemma");
  EXPECT_EQ(out.source, "memory");
  EXPECT_EQ(out.known_by, KnownBy::assumed);
  EXPECT_EQ(out.confidence, Confidence::low);
  EXPECT_EQ(out.why, "not verified");
  EXPECT_EQ(fault_of("{\"license\": {\"status\": \"unsupported\", \"why\": \"secret\"}}", take),
            "");
  EXPECT_FALSE(out);
  EXPECT_EQ(out.why, "secret");
  EXPECT_EQ(fault_of("{}", take), "");
  EXPECT_FALSE(out);
  EXPECT_EQ(out.why, "the catalogue does not say");
  EXPECT_EQ(fault_of("{\"license\": {\"source\": \"x\"}}", take), "\"value\" is missing");
  EXPECT_EQ(fault_of("{\"license\": {\"value\": \"x\"}}", take), "\"source\" is missing");
  EXPECT_EQ(fault_of("{\"license\": {\"status\": \"ok\", \"why\": \"x\"}}", take),
            "\"status\" of \"license\" is \"ok\", not unsupported, skipped or error");
  EXPECT_EQ(fault_of("{\"license\": {\"status\": \"error\"}}", take), "\"why\" is missing");
  Known<std::int64_t> count;
  const auto take_count = [&](Fields& f) { f.fact("n", "s", 100, count); };
  EXPECT_EQ(fault_of("{\"n\": 100}", take_count), "");
  EXPECT_EQ(*count, 100);
  EXPECT_EQ(fault_of("{\"n\": 0}", take_count), "\"n\" is 0, not from 1 to 100");
  EXPECT_EQ(fault_of("{\"n\": {\"value\": 101, \"source\": \"x\"}}", take_count),
            "\"value\" is 101, not from 1 to 100");
}

TEST(Fields, AMistypedNameIsTold) {
  const auto strict = [](Fields& f) { f.nothing_but({"layers", "hidden"}); };
  EXPECT_EQ(fault_of("{\"layers\": 1}", strict), "");
  EXPECT_EQ(fault_of("{\"new\": 1}", strict), "\"new\" is no field that is known here");
  const auto lenient = [](Fields& f) { f.no_typing_errors({"layers", "license"}); };
  EXPECT_EQ(fault_of("{\"added_later\": 1}", lenient), "");
  EXPECT_EQ(fault_of("{\"licence\": 1}", lenient), "\"licence\" is no field that is known here");
  EXPECT_EQ(nearest_name("licence", {"layers", "license"}), "license");
  EXPECT_EQ(nearest_name("something", {"layers", "license"}), "");
  EXPECT_EQ(nearest_name(std::string(200, 'x'), {"x"}), "");
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Fields, OnlyTheFirstFaultIsKept) {
  Faults faults("f.json");
  faults.report(1, "first", "");
  faults.report(2, "second", "");
  EXPECT_EQ(faults.first().what, "first");
  EXPECT_EQ(faults.first().where, "f.json:1");
}

}  // namespace
}  // namespace weighin::catalogue
