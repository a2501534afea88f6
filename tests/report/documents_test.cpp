// Do the documents of single storeys keep their contract?
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/golden.hpp"
#include "report/sample.hpp"

namespace weighin {
namespace {

using nlohmann::json;

// tests/rules/schemas.py validates the kept documents against their schemas.
TEST(Documents, Golden) {
  const Report report = test::sample_report();
  test::expect_golden("device.json", device_json(report.profile));
  test::expect_golden("report.json", find_output("json")->render(report, {}));
  test::expect_golden("estimate.json", estimate_json(test::sample_estimate()));
  test::expect_golden("bench.json", bench_json(report.measurements));
  GateAnswer answer{Decision::deny, report.advice.verdicts[2], report.advice.verdicts[2].reasons};
  test::expect_golden("gate.json", gate_json(answer, 0.01));
  test::expect_golden("error.json",
                      error_json({ErrorKind::data, "broken", "models.json:3", "mend it"}));
}

TEST(Documents, AnEstimateSaysWhatItTakes) {
  const json document = json::parse(estimate_json(test::sample_estimate()));
  EXPECT_EQ(document["schema"], "weighin/estimate/1");
  EXPECT_EQ(document["download_bytes"], 1630262272);
  EXPECT_EQ(document["model"]["parameters"], 2506172416);
  EXPECT_EQ(document["model"]["context_max"]["status"], "unsupported");
  EXPECT_EQ(document["plan"]["outputs"], 1) << "none asked: one for each sequence";
  EXPECT_EQ(document["memory"]["total_bytes"], 2200 * kMiB);
  EXPECT_EQ(document["parts"].size(), 5u);
}

TEST(Documents, AGateAnswerIsOneLine) {
  GateAnswer answer;
  answer.decision = Decision::deny;
  answer.verdict = test::sample_report().advice.verdicts[2];
  answer.reasons = answer.verdict.reasons;
  const std::string line = gate_json(answer, 0.01);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const json document = json::parse(line);
  EXPECT_EQ(document["schema"], "weighin/gate/1");
  EXPECT_EQ(document["decision"], "deny");
  EXPECT_EQ(document["reasons"][0]["code"], "insufficientMemory");
  EXPECT_EQ(document["reasons"][0]["class"], "transient");
}

TEST(Documents, AnErrorCarriesItsExitCode) {
  const json document =
      json::parse(error_json({ErrorKind::data, "broken", "models.json:3", "mend it"}));
  EXPECT_EQ(document["schema"], "weighin/error/1");
  EXPECT_EQ(document["error"]["exit_code"], 65);
  EXPECT_EQ(document["error"]["where"], "models.json:3");
}

TEST(Documents, MeasurementsSayWhyThereIsNone) {
  Measurements measurements;
  measurements.list.emplace_back();
  measurements.list[0].name = "memory read";
  measurements.list[0].status = BenchStatus::skipped;
  measurements.list[0].why = "a recorded device is not measured";
  const json document = json::parse(bench_json(measurements));
  EXPECT_EQ(document["measurements"][0]["status"], "skipped");
  EXPECT_FALSE(document["measurements"][0].contains("bytes_per_second"));
}

}  // namespace
}  // namespace weighin
