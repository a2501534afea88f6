// Are measurements read back as they were written, and is anything else refused?
#include <gtest/gtest.h>

#include "weighin/report.hpp"

namespace weighin {
namespace {

Measurements sample() {
  Measurement ok;
  ok.name = "decode q4_0";
  ok.isa = "avx2";
  ok.threads = 2;
  ok.format = "Q4_0";
  ok.bytes_per_second = Range{30e9, 31.5e9, 33e9};
  ok.samples = 12;
  ok.spread = 0.02;
  ok.working_set_bytes = 192 << 20;
  ok.status = BenchStatus::ok;
  ok.checked = true;
  Measurement skipped;
  skipped.name = "memory read";
  skipped.status = BenchStatus::skipped;
  skipped.why = "another machine";
  return {{ok, skipped}, {"on battery"}};
}

TEST(BenchJsonReader, ReadsBackWhatWasWritten) {
  const std::string text = bench_json(sample());
  const Result<Measurements> read = read_bench_json(text, "cache");
  ASSERT_TRUE(read.ok()) << to_text(read.error());
  EXPECT_EQ(bench_json(*read), text);
}

TEST(BenchJsonReader, RefusesWhatItDidNotWrite) {
  for (
      const char* bad :
      {"", "{", "[]", "{}", R"({"schema":"weighin/bench/2","measurements":[]})",
       R"({"schema":"weighin/bench/1"})", R"({"schema":"weighin/bench/1","measurements":[5]})",
       R"({"schema":"weighin/bench/1","measurements":[{"name":"x","status":"splendid"}]})",
       R"({"schema":"weighin/bench/1","measurements":[{"name":"x","status":"ok"}]})",
       R"({"schema":"weighin/bench/1","measurements":[{"name":"x","status":"ok","bytes_per_second":{"low":5,"mid":4,"high":3}}]})",
       R"({"schema":"weighin/bench/1","measurements":[{"name":"x","status":"ok","bytes_per_second":{"low":0,"mid":0,"high":0}}]})"}) {
    const Result<Measurements> read = read_bench_json(bad, "cache");
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().kind, ErrorKind::data) << bad;
  }
}

}  // namespace
}  // namespace weighin
