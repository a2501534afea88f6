// Does the single-model view say need, place, speed, reasons and remedies?
#include "report/verdict_text.hpp"

#include <gtest/gtest.h>

#include "report/sample.hpp"

namespace weighin {
namespace {

const Screen kPlainScreen({false, 80, false, true});

TEST(VerdictText, SaysReasonsAndRemedies) {
  const Report report = test::sample_report();
  const std::string text = verdict_text(report.advice.verdicts[2], report.profile, kPlainScreen);
  for (const char* words : {"Qwen3 32B", "too-big", "insufficientMemory", "transient",
                            "format Q2_K", "4.0 GiB short", "KV cache 500 MiB"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
}

TEST(VerdictText, AHostedModelTakesNothing) {
  const Report report = test::sample_report();
  const std::string text = verdict_text(report.advice.verdicts[3], report.profile, kPlainScreen);
  EXPECT_NE(text.find("not-downloadable"), std::string::npos);
  EXPECT_EQ(text.find("takes"), std::string::npos) << text;
}

TEST(VerdictText, ManyPartsAreDrawnTogetherAndKeepTheirSum) {
  std::vector<Part> parts;
  for (int i = 0; i < 40; ++i) parts.push_back({"part", 1 * kMiB, "1 x 1"});
  const std::string text = parts_text(parts, kPlainScreen);
  EXPECT_NE(text.find("26 smaller parts"), std::string::npos);
  EXPECT_NE(text.find("26.0 MiB"), std::string::npos) << text;
}

}  // namespace
}  // namespace weighin
