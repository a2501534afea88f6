// Are the words of a report true to its values?
#include "report/summary.hpp"

#include <gtest/gtest.h>

#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(Summary, RangesBearNoFalseDigits) {
  EXPECT_EQ(range_words({8.12, 9.4, 11.29}), "8.1-11.3");
  EXPECT_EQ(range_words({101.2, 130.7, 149.6}), "101-150");
  EXPECT_EQ(range_words({12.1, 12.2, 12.3}), "12");
}

TEST(Summary, WhatIsNotKnownSaysWhy) {
  DeviceProfile empty;
  empty.memory.total_bytes = Known<Bytes>::unknown(Status::error, "/proc/meminfo cannot be read");
  const auto lines = machine_lines(empty);
  EXPECT_EQ(lines[1].text, "not known (/proc/meminfo cannot be read)");
  EXPECT_EQ(speed_words(Known<Speed>::unknown(Status::skipped, "x")), "-");
}

TEST(Summary, ALimitIsNamedBesideTheMemory) {
  Report report = test::sample_report();
  report.profile.memory.usable_bytes = Known<Bytes>::of(2 * kGiB, "cgroup");
  report.profile.memory.bound_by = Known<std::string>::of("cgroup", "x");
  report.profile.limits.memory[0].limit_bytes = 2 * kGiB;
  EXPECT_EQ(machine_lines(report.profile)[1].text,
            "2.0 GiB usable of 24.0 GiB, bound by cgroup_v2 /user.slice of 2.0 GiB");
}

TEST(Summary, AModelThatFitsButCrawlsIsCalledSlow) {
  Report report = test::sample_report();
  report.advice.verdicts[1].decode_tokens_per_second = Known<Speed>::of(test::speed(1, 2, 3), "x");
  const auto rows = class_rows(report);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].fit, Fit::slow);
  EXPECT_TRUE(rows[1].recommended);
}

TEST(Summary, WhatDoesNotRunHasNoSpeed) {
  Report report = test::sample_report();
  report.advice.verdicts[2].decode_tokens_per_second = Known<Speed>::of(test::speed(1, 2, 3), "x");
  EXPECT_EQ(verdict_rows(report)[2].speed, "-");
}

TEST(Summary, EachPlaceHasItsOwnCeilings) {
  Measurement cpu, gpu, lost;
  cpu.name = gpu.name = "memory read";
  cpu.threads = 2;
  cpu.isa = "avx2";
  cpu.bytes_per_second = Range{10e9, 10e9, 10e9};
  gpu.place = "gpu0";
  gpu.isa = "vulkan";
  gpu.bytes_per_second = Range{300e9, 300e9, 300e9};
  cpu.status = gpu.status = BenchStatus::ok;
  lost.place = "gpu1";
  lost.why = "the GPU's driver: crashed";
  Measurements measurements;
  measurements.list = {cpu, gpu, lost};
  const auto lines = ceiling_lines(measurements);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "memory read " + text_rate(10e9) + " (2 threads, avx2)");
  EXPECT_EQ(lines[1].text, "memory read " + text_rate(300e9) + " (on gpu0, vulkan)");
  EXPECT_EQ(lines[2].text, "nothing on gpu1: its driver failed");
  EXPECT_EQ(lines[2].label, "Measured");
}

TEST(Summary, CountsEveryVerdictOnce) {
  EXPECT_EQ(count_words(test::sample_report()), "4 models: 2 fits, 1 too-big, 1 not-downloadable");
}

TEST(Summary, ReasonsSayNeedAndHaveInTheirUnit) {
  EXPECT_EQ(reason_words({"diskFull", "user_fixable", 5e9, 2e9, "bytes", KnownBy::reported, ""}),
            "diskFull: 5.00 GB needed, 2.00 GB there");
  EXPECT_EQ(reason_words({"tooSlowDecode", "permanent", 8.0, 2.5, "tokens_per_second",
                          KnownBy::measured, ""}),
            "tooSlowDecode: 8.0 tokens/s asked, 2.5 tokens/s there");
  EXPECT_EQ(reason_words({"factUnknown", "user_fixable", 1024.0, std::nullopt, "bytes",
                          KnownBy::reported, ""}),
            "factUnknown: 1.0 KiB needed, what is there is not known");
}

}  // namespace
}  // namespace weighin
