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

TEST(StoreyText, AMeasurementThatFailedSaysSo) {
  Measurements measurements;
  measurements.list.resize(1);
  measurements.list[0].name = "decode q4_0";
  measurements.list[0].status = BenchStatus::error;
  measurements.list[0].why = "the result was wrong";
  EXPECT_NE(bench_text(measurements, {}).find("error: the result was wrong"), std::string::npos);
}

}  // namespace
}  // namespace weighin
