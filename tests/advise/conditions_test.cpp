// Is each condition held against the right fact, on the right side?
#include <gtest/gtest.h>

#include "advise/reasons.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

GateFacts facts() {
  GateFacts made;
  made.memory_bytes = Known<Bytes>::of(8 * kGiB, "x");
  made.usable_bytes = Known<Bytes>::of(5 * kGiB, "x");
  made.capacity_bytes = Known<Bytes>::of(8 * kGiB, "x");
  made.gpu = Known<bool>::of(true, "x");
  made.vram_bytes = Known<Bytes>::of(6 * kGiB, "x");
  made.gpu_buffer_bytes = Known<Bytes>::of(kGiB, "x");
  made.physical_cores = Known<std::int64_t>::of(4, "x");
  made.logical_cores = Known<std::int64_t>::of(8, "x");
  made.instruction_sets = Known<std::vector<std::string>>::of({"avx2", "fma"}, "x");
  made.gpu_features = Known<std::vector<std::string>>::of({"shader_float16"}, "x");
  made.gpu_name = Known<std::string>::of("GeForce RTX 3060", "x");
  made.gpu_vendor = Known<std::string>::of("NVIDIA", "x");
  made.vulkan_version = Known<std::string>::of("1.3.0", "x");
  made.os = Known<std::string>::of("linux", "x");
  made.architecture = Known<std::string>::of("x86_64", "x");
  made.on_battery = Known<bool>::of(true, "x");
  made.disk_free_bytes = Known<Bytes>::of(10 * kGB, "x");
  made.download_bytes = Known<Bytes>::of(4 * kGB, "x");
  made.need_bytes = Known<Bytes>::of(3 * kGiB, "x");
  made.available_bytes = Known<Bytes>::of(5 * kGiB, "x");
  made.decode_per_second = Known<double>::of(10, "x");
  made.prefill_per_second = Known<double>::of(100, "x");
  made.first_token_seconds = Known<double>::of(2, "x");
  made.load_seconds = Known<double>::of(3, "x");
  made.fit = Fit::fits;
  return made;
}

struct Row {
  Condition condition;
  Outcome outcome;
  const char* reason;
};

Condition amount(const char* key, double number) { return {key, number, {}, 1, 1}; }
Condition words(const char* key, std::vector<std::string> list) {
  return {key, 0, std::move(list), 1, 1};
}

TEST(Conditions, EachAgainstItsFact) {
  const auto gib = static_cast<double>(kGiB), gb = static_cast<double>(kGB);
  const std::vector<Row> rows{
      {amount("min_memory", 8 * gib), Outcome::pass, ""},
      {amount("min_memory", 8 * gib + 1), Outcome::fail, "insufficientMemory"},
      {amount("min_nominal_memory", 8.7 * gib), Outcome::pass, ""},
      {amount("min_nominal_memory", 9 * gib), Outcome::fail, "insufficientMemory"},
      {amount("min_usable_memory", 6 * gib), Outcome::fail, "insufficientMemory"},
      {amount("min_headroom", 2 * gib), Outcome::pass, ""},
      {amount("min_headroom", 2 * gib + 1), Outcome::fail, "littleHeadroom"},
      {amount("max_memory_need", 3 * gib), Outcome::pass, ""},
      {amount("max_memory_need", 3 * gib - 1), Outcome::fail, "insufficientMemory"},
      {amount("min_decode", 10), Outcome::pass, ""},
      {amount("min_decode", 10.1), Outcome::fail, "tooSlowDecode"},
      {amount("min_prefill", 101), Outcome::fail, "tooSlowPrefill"},
      {amount("max_first_token", 1.9), Outcome::fail, "tooSlowFirstToken"},
      {amount("max_first_token", 2), Outcome::pass, ""},
      {amount("max_load", 2), Outcome::fail, "tooSlowLoad"},
      {amount("max_download", 4 * gb), Outcome::pass, ""},
      {amount("max_download", 4 * gb - 1), Outcome::fail, "downloadTooLarge"},
      {amount("min_disk", 11 * gb), Outcome::fail, "diskFull"},
      {amount("disk_reserve", 6 * gb), Outcome::pass, ""},
      {amount("disk_reserve", 6 * gb + 1), Outcome::fail, "diskFull"},
      {amount("min_physical_cores", 5), Outcome::fail, "insufficientCores"},
      {amount("min_logical_cores", 8), Outcome::pass, ""},
      {words("instruction_sets", {"avx2", "fma"}), Outcome::pass, ""},
      {words("instruction_sets", {"avx2", "avx512"}), Outcome::fail, "instructionSetMissing"},
      {amount("gpu", 1), Outcome::pass, ""},
      {amount("min_vram", 6 * gib), Outcome::pass, ""},
      {amount("min_vram", 6 * gib + 1), Outcome::fail, "insufficientVram"},
      {amount("min_gpu_buffer", 2 * gib), Outcome::fail, "gpuAllocationLimit"},
      {words("gpu_features", {"shader_int8"}), Outcome::fail, "gpuFeatureMissing"},
      {words("gpu_vendors", {"AMD", "nvidia"}), Outcome::pass, ""},
      {words("gpu_names", {"RTX 40"}), Outcome::fail, "gpuMissing"},
      {words("min_vulkan", {"1.2.131"}), Outcome::pass, ""},
      {words("min_vulkan", {"1.3.1"}), Outcome::fail, "gpuFeatureMissing"},
      {words("os", {"windows"}), Outcome::fail, "systemNotSupported"},
      {words("architectures", {"aarch64", "x86_64"}), Outcome::pass, ""},
      {amount("on_battery", 0), Outcome::fail, "onBattery"},
      {amount("on_battery", 1), Outcome::pass, ""},
  };
  for (const Row& row : rows) {
    const auto results = check_conditions({row.condition}, facts(), true);
    const auto& last = results.back();
    EXPECT_EQ(last.key, row.condition.key);
    EXPECT_EQ(last.outcome, row.outcome) << row.condition.key << " " << row.condition.number;
    EXPECT_EQ(last.reasons.empty() ? "" : last.reasons.front().code, row.reason)
        << row.condition.key;
    for (const Reason& reason : last.reasons)
      EXPECT_TRUE(listed(reason)) << reason.code << reason.cls;
  }
}

TEST(Conditions, WhatIsNotKnownIsNeitherPassNorFail) {
  GateFacts nothing;
  nothing.fit = Fit::unknown;
  for (const ConditionInfo& info : condition_list()) {
    if (info.kind == ConditionKind::setting || info.key == "fits") continue;
    Condition asked{std::string(info.key), 1.0, {"1"}, 1, 1};
    if (info.key == "on_battery") asked.number = 0.0;
    const auto results = check_conditions({asked}, nothing, true);
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[1].outcome, Outcome::unknown) << info.key;
    ASSERT_FALSE(results[1].reasons.empty()) << info.key;
    EXPECT_TRUE(listed(results[1].reasons[0])) << info.key;
    EXPECT_FALSE(results[1].have) << info.key;
  }
}

TEST(Conditions, TheLineAndTheShareAreSettings) {
  const auto slow = check_conditions(
      {amount("max_download_seconds", 600), amount("line_rate", 1e6)}, facts(), true);
  EXPECT_EQ(slow.back().outcome, Outcome::fail) << "4 GB at 1 MB/s take more than an hour";
  EXPECT_EQ(slow.back().reasons.front().code, "tooSlowDownload");
  const auto fast = check_conditions(
      {amount("max_download_seconds", 600), amount("line_rate", 1e7)}, facts(), true);
  EXPECT_EQ(fast.back().outcome, Outcome::pass);
  GateFacts shared = facts();
  shared.unified = Known<bool>::of(true, "x");
  shared.vram_bytes = Known<Bytes>::of(kGiB, "x");
  const auto gib = static_cast<double>(kGiB);
  EXPECT_EQ(check_conditions({amount("min_vram", 4 * gib), amount("integrated_vram_share", 0.5)},
                             shared, true)
                .back()
                .outcome,
            Outcome::pass);
  EXPECT_EQ(check_conditions({amount("min_vram", 4 * gib)}, shared, true).back().outcome,
            Outcome::fail);
}

TEST(Conditions, WithoutAGpuThatIsTheReason) {
  GateFacts none = facts();
  none.gpu = Known<bool>::of(false, "no GPU was found");
  none.vram_bytes = Known<Bytes>::of(0, "no GPU was found");
  none.software_gpu = Known<bool>::of(false, "x");
  for (const char* key :
       {"gpu", "min_vram", "gpu_features", "gpu_vendors", "gpu_names", "min_vulkan"}) {
    const auto results = check_conditions({{key, 1, {"1"}, 1, 1}}, none, true);
    EXPECT_EQ(results.back().outcome, Outcome::fail) << key;
    EXPECT_EQ(results.back().reasons.front().code, "gpuMissing") << key;
  }
  none.software_gpu = Known<bool>::of(true, "x");
  EXPECT_EQ(check_conditions({amount("gpu", 1)}, none, true).back().reasons.front().code,
            "softwareGpuOnly");
  GateFacts driverless = facts();
  driverless.vulkan_missing = Known<bool>::of(true, "x");
  EXPECT_EQ(check_conditions({words("min_vulkan", {"1.2"})}, driverless, true)
                .back()
                .reasons.front()
                .code,
            "missingDependency");
}

TEST(Conditions, AnUnstableMeasurementIsSaid) {
  GateFacts shaky = facts();
  shaky.good_end.decode_per_second = 60;
  const auto results = check_conditions({amount("min_decode", 50)}, shaky, true);
  ASSERT_EQ(results.back().reasons.size(), 2u);
  EXPECT_EQ(results.back().reasons[1].code, "measurementUnstable");
}

TEST(Conditions, NoQuieterMachineHelpsWhereTheGoodEndMissesToo) {
  GateFacts shaky = facts();
  shaky.good_end.decode_per_second = 49;
  EXPECT_EQ(check_conditions({amount("min_decode", 50)}, shaky, true).back().reasons.size(), 1u);
  // From 3 s at worst to 1.5 s at best.
  shaky.good_end.load_seconds = 1.5;
  const auto load = [&](double most) {
    return check_conditions({amount("max_load", most)}, shaky, true).back().reasons.size();
  };
  EXPECT_EQ(load(1), 1u);
  EXPECT_EQ(load(2), 2u);
}

}  // namespace
}  // namespace weighin
