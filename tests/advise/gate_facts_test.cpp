// Are the facts that conditions are held against those of the right GPU and the bad end?
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

TEST(GateFacts, ADiscreteGpuGoesBeforeOneThatSharesTheMemory) {
  auto profile = test::with_gpu(test::device(12, 16), 11, 15, true);
  profile = test::with_gpu(profile, 5, 6);
  const GateFacts facts = gate_facts(profile, nullptr);
  EXPECT_EQ(*facts.vram_bytes, 6 * kGiB);
  EXPECT_FALSE(*facts.unified);
  EXPECT_EQ(*facts.gpu_buffer_bytes, 4 * kGiB - 1) << "the smaller of the two limits";
}

TEST(GateFacts, NoGpuIsAFactAndABrokenDriverIsNone) {
  EXPECT_FALSE(*gate_facts(test::device(12, 16), nullptr).gpu);
  auto software = gate_facts(test::with_software_gpu(test::device(12, 16)), nullptr);
  EXPECT_FALSE(*software.gpu);
  EXPECT_TRUE(*software.software_gpu);
  auto broken = test::device(12, 16);
  broken.gpu_faults.push_back({"bad.json", Status::error, "crashed (SIGSEGV)"});
  EXPECT_FALSE(gate_facts(broken, nullptr).gpu) << "one may be behind it";
  EXPECT_FALSE(gate_facts(broken, nullptr).vram_bytes);
}

TEST(GateFacts, SpeedsAreTakenAtTheBadEnd) {
  Verdict verdict;
  verdict.fit = Fit::fits;
  verdict.total_bytes_range = {1, 2, 3};
  verdict.decode_tokens_per_second =
      Known<Speed>::of({{5, 7, 9}, KnownBy::measured, "memory"}, "x");
  verdict.first_token_seconds = Known<Speed>::of({{1, 2, 4}, KnownBy::measured, "memory"}, "x");
  const GateFacts facts = gate_facts(test::device(12, 16), &verdict);
  EXPECT_EQ(*facts.decode_per_second, 5);
  EXPECT_EQ(*facts.first_token_seconds, 4);
  EXPECT_EQ(*facts.need_bytes, 3);
  EXPECT_FALSE(facts.prefill_per_second);
  EXPECT_FALSE(facts.good_end.decode_per_second) << "its measurement did not vary";
}

TEST(GateFacts, TheGoodEndCountsWhereTheMeasurementVaried) {
  Verdict verdict;
  const auto speed = [](KnownBy known_by, Confidence confidence) {
    return Known<Speed>::of({{5, 7, 9}, known_by, "memory"}, "x", known_by, confidence);
  };
  verdict.decode_tokens_per_second = speed(KnownBy::measured, Confidence::low);
  verdict.first_token_seconds = speed(KnownBy::measured, Confidence::low);
  verdict.prefill_tokens_per_second = speed(KnownBy::computed, Confidence::low);
  verdict.load_seconds = speed(KnownBy::measured, Confidence::medium);
  const GateFacts facts = gate_facts(test::device(12, 16), &verdict);
  EXPECT_EQ(facts.good_end.decode_per_second, 9);
  EXPECT_EQ(facts.good_end.first_token_seconds, 5);
  EXPECT_FALSE(facts.good_end.prefill_per_second) << "a page's, say: not for what was measured";
  EXPECT_FALSE(facts.good_end.load_seconds);
}

}  // namespace
}  // namespace weighin
