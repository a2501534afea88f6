// Is the recommended class what the verdicts say, and nothing larger?
#include "advise/recommend.hpp"

#include <gtest/gtest.h>

#include "advise/devices.hpp"

namespace weighin {
namespace {

Verdict verdict(const std::string& model, const std::string& size_class, Fit fit, double tokens = 0,
                const std::string& release = "2025-01") {
  Verdict made;
  made.model = made.name = model;
  made.size_class = size_class;
  made.modality = "text";
  made.format = "Q4_K_M";
  made.place = "cpu";
  made.fit = fit;
  made.bits_per_weight = 4.9;
  made.release = release;
  made.memory.total_bytes = kGiB;
  made.available_bytes = Known<Bytes>::of(8 * kGiB, "x");
  made.decode_tokens_per_second =
      tokens > 0
          ? Known<Speed>::of(
                {{tokens * 0.8, tokens, tokens * 1.1}, KnownBy::measured, "memory bandwidth"}, "x")
          : Known<Speed>::unknown(Status::skipped, "not measured");
  if (fit == Fit::too_big) {
    made.reasons = {{"insufficientMemory", "permanent", 9.0 * static_cast<double>(kGiB),
                     8.0 * static_cast<double>(kGiB), "bytes", KnownBy::reported, "short"}};
  }
  return made;
}

std::string reference(const std::string& name) {
  for (const SizeClass& each : size_classes()) {
    if (each.name == name) return each.reference;
  }
  ADD_FAILURE() << "no class " << name;
  return "";
}

Advice advised(std::vector<Verdict> verdicts, bool own_gpu_memory = false) {
  Advice advice;
  advice.verdicts = std::move(verdicts);
  recommend(advice, own_gpu_memory);
  return advice;
}

TEST(Recommend, TheLargestClassWhoseReferenceFitsWell) {
  const Advice advice = advised({verdict(reference("1B"), "1B", Fit::fits, 60),
                                 verdict(reference("7B"), "7B", Fit::fits, 9),
                                 verdict(reference("14B"), "14B", Fit::fits, 3),
                                 verdict(reference("32B"), "32B", Fit::too_big)});
  EXPECT_EQ(*advice.recommendation.size_class, "7B");
  EXPECT_EQ(*advice.recommendation.largest_class, "14B") << "fits, but too slowly to read along";
  EXPECT_EQ(advice.recommendation.model, reference("7B"));
  EXPECT_EQ(advice.recommendation.next_class, "14B");
  EXPECT_NE(advice.recommendation.limited_by.find("memory bandwidth"), std::string::npos);
}

TEST(Recommend, AnUnmeasuredSpeedStopsNothing) {
  const Advice advice =
      advised({verdict(reference("1B"), "1B", Fit::fits), verdict(reference("7B"), "7B", Fit::fits),
               verdict(reference("14B"), "14B", Fit::too_big)});
  EXPECT_EQ(*advice.recommendation.size_class, "7B");
  EXPECT_NE(advice.recommendation.why.find("not known"), std::string::npos);
  EXPECT_NE(advice.recommendation.limited_by.find("memory"), std::string::npos);
  EXPECT_FALSE(advice.recommendation.next_steps.empty());
}

TEST(Recommend, WhereNothingWasMeasuredNoMoreIsPromisedThanMemoryMayGive) {
  const auto of = [](const std::string& name, double gigabytes) {
    Verdict made = verdict(reference(name), name, Fit::fits);
    made.memory.weights_bytes = static_cast<Bytes>(1e9 * gigabytes);
    return made;
  };
  Verdict sparse = of("32B", 20);
  sparse.model = sparse.name = "mixture";
  sparse.parameters = Known<std::int64_t>::of(30'000'000'000, "x");
  sparse.active_parameters = Known<std::int64_t>::of(3'000'000'000, "x");
  const auto advised_on = [&](std::int64_t cores) {
    Advice advice;
    advice.verdicts = {of("7B", 4.4), of("14B", 9), of("24B", 14.3), of("32B", 20), sparse};
    recommend(advice, false, {}, cores);
    return advice.recommendation;
  };
  // 51.2 GB/s: 11.6, 5.7 and 3.6 tokens a second; two cores, 28.7 GB/s: 6.5 and 3.2; 204.8 GB/s: 10
  // of the 32B.
  EXPECT_EQ(*advised_on(0).size_class, "14B");
  EXPECT_EQ(*advised_on(8).size_class, "14B");
  EXPECT_EQ(*advised_on(2).size_class, "7B");
  EXPECT_EQ(*advised_on(64).size_class, "32B");
  const Recommendation two = advised_on(2);
  EXPECT_EQ(*two.largest_class, "32B") << "it fits";
  EXPECT_EQ(two.limited_by,
            "speed, not measured: 3.2 tokens a second at most, if memory reads 29 GB/s");
  EXPECT_EQ(two.runner_up, "mixture") << "a tenth of its weights is read for a token";
}

TEST(Recommend, BesideAGpuAnUnmeasuredCpuIsNoPlaceToRunWell) {
  Verdict on_gpu = verdict(reference("7B"), "7B", Fit::fits);
  on_gpu.place = "gpu0";
  Verdict split = verdict(reference("32B"), "32B", Fit::fits);
  split.place = "gpu0+cpu";
  const Advice advice = advised({on_gpu, split}, true);
  EXPECT_EQ(*advice.recommendation.size_class, "7B");
  EXPECT_EQ(*advice.recommendation.largest_class, "32B");
  EXPECT_NE(advice.recommendation.limited_by.find("GPU memory"), std::string::npos);
}

TEST(Recommend, TightIsTheLargestClassAndNotTheRecommendedOne) {
  const Advice advice = advised({verdict(reference("1B"), "1B", Fit::fits, 60),
                                 verdict(reference("7B"), "7B", Fit::tight, 9)});
  EXPECT_EQ(*advice.recommendation.size_class, "1B");
  EXPECT_EQ(*advice.recommendation.largest_class, "7B");
}

TEST(Recommend, ANewerModelOfTheClassIsTheBest) {
  const Advice advice = advised({verdict(reference("7B"), "7B", Fit::fits, 9, "2024-05"),
                                 verdict("newer", "7B", Fit::fits, 8, "2026-01"),
                                 verdict("newest-too-big", "7B", Fit::too_big, 0, "2026-03")});
  EXPECT_EQ(advice.recommendation.model, "newer");
  EXPECT_EQ(advice.recommendation.runner_up, reference("7B"));
}

TEST(Recommend, AModelMadeForTheUseIsPreferredWhileItIsNotAYearBehind) {
  const auto best = [](const std::string& coder, const std::string& general) {
    Advice advice;
    advice.verdicts = {verdict("x-coder", "7B", Fit::fits, 9, coder),
                       verdict("general", "7B", Fit::fits, 9, general)};
    recommend(advice, false, "code");
    return advice.recommendation.model;
  };
  EXPECT_EQ(best("2025-07-31", "2026-02-24"), "x-coder");
  EXPECT_EQ(best("2025-02", "2026-02-24"), "x-coder");
  EXPECT_EQ(best("2024-09-19", "2026-03"), "general");
  EXPECT_EQ(best("2026-01", "2024-05"), "x-coder");
}

TEST(Recommend, LessThanASoundFormatIsNoClass) {
  Verdict low = verdict(reference("7B"), "7B", Fit::fits, 9);
  low.bits_per_weight = 3.4;
  const Advice advice = advised({verdict(reference("1B"), "1B", Fit::fits, 60), low});
  EXPECT_EQ(*advice.recommendation.size_class, "1B");
  EXPECT_EQ(*advice.recommendation.largest_class, "1B");
}

TEST(Recommend, WhatWasTrainedInFourBitsIsSoundInThem) {
  Verdict low = verdict(reference("7B"), "7B", Fit::fits, 9);
  low.bits_per_weight = 4.3;
  low.parts = {{"weights: experts", kGiB, "114661785600 weights as MXFP4"}};
  EXPECT_EQ(*advised({low}).recommendation.size_class, "7B");
  low.parts = {{"weights: experts", kGiB, "114661785600 weights as Q4_0"}};
  EXPECT_FALSE(advised({low}).recommendation.size_class);
}

TEST(Recommend, ASparseModelAboveTheClassIsTheRunnerUp) {
  Verdict sparse = verdict("mixture", "32B", Fit::fits, 12);
  sparse.parameters = Known<std::int64_t>::of(30'000'000'000, "x");
  sparse.active_parameters = Known<std::int64_t>::of(3'000'000'000, "x");
  const Advice advice = advised({verdict(reference("7B"), "7B", Fit::fits, 9),
                                 verdict(reference("32B"), "32B", Fit::fits, 2), sparse});
  EXPECT_EQ(*advice.recommendation.size_class, "7B");
  EXPECT_EQ(advice.recommendation.runner_up, "mixture");
  EXPECT_NE(advice.recommendation.why.find("only a part of its weights"), std::string::npos);
}

TEST(Recommend, NothingFitsOrNothingIsKnown) {
  EXPECT_EQ(
      advised({verdict(reference("1B"), "1B", Fit::too_big)}).recommendation.size_class.status,
      Status::unsupported);
  EXPECT_EQ(
      advised({verdict(reference("1B"), "1B", Fit::unknown)}).recommendation.size_class.status,
      Status::error);
  EXPECT_FALSE(advised({}).recommendation.size_class);
}

TEST(Recommend, EmbeddingsStandForNoClass) {
  Verdict embedding = verdict("embed", "7B", Fit::fits);
  embedding.modality = "embedding";
  EXPECT_FALSE(advised({embedding}).recommendation.size_class);
}

}  // namespace
}  // namespace weighin
