// Does the comparison say what was predicted, what was measured, and whether it was right?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "weighin/report.hpp"

namespace weighin {
namespace {

Verification sample_verification() {
  Verification made;
  made.model = "Llama 3.2 1B";
  made.file = "m.gguf";
  made.format = "Q4_0";
  made.engine = "llama.cpp 6000 (a1b2c3d)";
  made.threads = 2;
  Verified decode;
  decode.phase = "decode";
  decode.tokens = 32;
  decode.predicted = Known<Speed>::of(Speed{{20, 24, 28}, KnownBy::measured, "memory bandwidth"},
                                      "t", KnownBy::measured);
  decode.measured = 23.4;
  decode.measured_low = 22.9;
  decode.measured_high = 23.5;
  decode.ratio = 23.4 / 24;
  Verified prefill = decode;
  prefill.phase = "prefill";
  prefill.predicted = Known<Speed>::unknown(Status::skipped, "matrix-matrix work was not measured");
  prefill.ratio = 0;
  made.phases = {decode, prefill};
  made.kept = true;
  return made;
}

TEST(VerifyDocument, JsonHasEveryFigureOrWhyThereIsNone) {
  const auto document = nlohmann::json::parse(verify_json(sample_verification()));
  EXPECT_EQ(document["schema"], "weighin/verify/1");
  EXPECT_EQ(document["phases"][0]["predicted_tokens_per_second"]["mid"], 24.0);
  EXPECT_EQ(document["phases"][0]["inside"], true);
  EXPECT_NEAR(document["phases"][0]["ratio"].get<double>(), 0.975, 1e-9);
  EXPECT_EQ(document["phases"][1]["predicted_tokens_per_second"]["status"], "skipped");
  EXPECT_EQ(document["phases"][1]["inside"], false);
  EXPECT_TRUE(document["phases"][1]["ratio"].is_object());
}

TEST(VerifyDocument, TheTextFitsItsWidthAndSteersNoTerminal) {
  Verification bad = sample_verification();
  bad.engine = "x\x1b[31m";
  for (const int width : {60, 100}) {
    RenderOptions options;
    options.width = width;
    options.color = false;
    const std::string text = verify_text(bad, options);
    std::string words;  // however the lines are folded
    for (const char c : text) {
      if (c != '\n' && (c != ' ' || words.empty() || words.back() != ' ')) words += c;
      if (c == '\n' && !words.empty() && words.back() != ' ') words += ' ';
    }
    EXPECT_NE(words.find("inside the range"), std::string::npos) << text;
    EXPECT_NE(words.find("not predicted"), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      EXPECT_LE(end - begin, static_cast<std::size_t>(width)) << text.substr(begin, end - begin);
  }
}

}  // namespace
}  // namespace weighin
