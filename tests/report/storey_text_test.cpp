// Do the screens of single storeys show what they were given?
#include <gtest/gtest.h>

#include "report/golden.hpp"
#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(StoreyText, Golden) {
  const Report report = test::sample_report();
  test::expect_golden("probe_80.txt", device_text(report.profile, {}));
  test::expect_golden("bench_80.txt", bench_text(report.measurements, {}));
  GateAnswer answer{Decision::deny, report.advice.verdicts[2], report.advice.verdicts[2].reasons};
  test::expect_golden("gate_80.txt", gate_text(answer, {}));
}

TEST(StoreyText, UnknownFactsSayWhy) {
  const std::string text = device_text(DeviceProfile{}, {});
  EXPECT_NE(text.find("not known: not asked"), std::string::npos) << text;
  EXPECT_NE(text.find("GPU: none found"), std::string::npos);
}

TEST(StoreyText, WhatOthersHoldOfAGpuAndWhoseItIs) {
  DeviceProfile profile;
  Gpu card;
  card.name = "a card";
  card.type = "discrete";
  card.unified = Known<bool>::of(false, "heaps");
  card.vram_bytes = Known<Bytes>::of(10 * kGiB, "heaps");
  card.vram_free_bytes = Known<Bytes>::of(8 * kGiB, "NVML");
  Gpu shared = card;
  shared.unified = Known<bool>::of(true, "heaps");
  shared.carve_out_bytes = Known<Bytes>::of(2 * kGiB, "sysfs");
  Gpu set_aside = shared;
  set_aside.carve_out_bytes = set_aside.vram_bytes;
  profile.gpus = {card, shared, set_aside};
  const std::string text = device_text(profile, {});
  EXPECT_NE(text.find("8.0 GiB; display, other programs and driver hold 2.0 GiB"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("hold 2.0", text.find("hold 2.0") + 1), std::string::npos)
      << "of shared memory nobody can say";
  EXPECT_NE(text.find("2.0 GiB of it set aside by the firmware, the rest shared"),
            std::string::npos);
  EXPECT_NE(text.find("10.0 GiB, set aside by the firmware"), std::string::npos);
}

TEST(StoreyText, AMeasurementThatFailedSaysSo) {
  Measurements measurements;
  measurements.list.resize(1);
  measurements.list[0].name = "decode q4_0";
  measurements.list[0].status = BenchStatus::error;
  measurements.list[0].why = "the result was wrong";
  EXPECT_NE(bench_text(measurements, {}).find("error: the result was wrong"), std::string::npos);
}

TEST(StoreyText, FiguresThatLackForOneReasonAreSaidOnce) {
  Measurements measurements;
  measurements.list.resize(5);
  for (std::size_t i = 0; i < measurements.list.size(); ++i) {
    Measurement& each = measurements.list[i];
    each.name = "figure " + std::to_string(i);
    each.place = "gpu0";
    each.isa = "vulkan_dot";
    each.status = BenchStatus::skipped;
    each.why = "not reached: crashed (SIGSEGV) while measuring decode f16";
  }
  measurements.list[0].status = BenchStatus::ok;
  measurements.list[0].why = "";
  measurements.list[0].bytes_per_second = Range{7.66e8, 1.1e9, 1.44e9};
  RenderOptions narrow;
  narrow.width = 60;
  for (const RenderOptions& options : {RenderOptions{}, narrow}) {
    const std::string text = bench_text(measurements, options);
    EXPECT_NE(text.find("1.10 GB/s (0.77-1.44)"), std::string::npos) << text;
    EXPECT_NE(text.find("4 figures"), std::string::npos) << text;
    EXPECT_NE(text.find("figure 1, figure 2, figure 3, figure 4\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("SIGSEGV"), text.rfind("SIGSEGV")) << text;
    std::size_t longest = 0;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos;
         at = end + 1)
      longest = std::max(longest, end - at);
    EXPECT_LE(longest, static_cast<std::size_t>(options.width)) << text;
  }
}

}  // namespace
}  // namespace weighin
