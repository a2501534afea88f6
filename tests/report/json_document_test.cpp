// Are the shared values of all documents written by the contract?
#include "report/json_document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(JsonDocument, NothingInfiniteIsWritten) {
  EXPECT_EQ(json_of_number(std::nan(""))["status"], "error");
  EXPECT_EQ(json_of_range({1, 2, std::numeric_limits<double>::infinity()})["status"], "error");
  EXPECT_EQ(json_of_range({1, 2, 3}).dump(), R"({"low":1.0,"mid":2.0,"high":3.0})");
  Verdict verdict = test::sample_report().advice.verdicts[1];
  verdict.decode_tokens_per_second.value->range.high = std::numeric_limits<double>::infinity();
  EXPECT_EQ(json_of_verdict(verdict)["decode_tokens_per_second"]["status"], "error");
}

TEST(JsonDocument, AReasonHasItsClassAndWholeBytes) {
  const Json reason = json_of_reason(
      {"diskFull", "user_fixable", 1.5e9, std::nullopt, "bytes", KnownBy::reported, "free some"});
  EXPECT_EQ(reason["class"], "user_fixable");
  EXPECT_EQ(reason["required"].dump(), "1500000000");
  EXPECT_EQ(reason["actual"]["status"], "skipped");
}

TEST(JsonDocument, AVerdictHasTheKeysOfTheContract) {
  const Json verdict = json_of_verdict(test::sample_report().advice.verdicts[2]);
  for (const char* key :
       {"model", "size_class", "runtime", "format", "context", "place", "verdict", "download_bytes",
        "memory", "headroom_bytes", "decode_tokens_per_second", "prefill_tokens_per_second",
        "first_token_seconds", "load_seconds", "reasons", "to_make_it_fit"}) {
    EXPECT_TRUE(verdict.contains(key)) << key;
  }
  EXPECT_EQ(verdict["verdict"], "too-big");
  EXPECT_EQ(verdict["to_make_it_fit"][0]["verdict"], "tight");
  EXPECT_EQ(verdict["load_seconds"]["status"], "skipped");
}

TEST(JsonDocument, OneLineIsOneLine) {
  EXPECT_EQ(text_of_document({{"a", "b\nc"}}, true), "{\"a\":\"b\\nc\"}\n");
}

}  // namespace
}  // namespace weighin
