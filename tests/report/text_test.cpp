// Does the screen look as it was designed, at every width, with and without colour?
#include <gtest/gtest.h>

#include <sstream>

#include "report/golden.hpp"
#include "report/sample.hpp"
#include "report/screen.hpp"

namespace weighin {
namespace {

std::string without_colour(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      continue;
    }
    plain += text[i];
  }
  return plain;
}

std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t most = 0;
  for (std::string line; std::getline(lines, line);) most = std::max(most, columns_of(line));
  return most;
}

TEST(Text, Golden) {
  const Output* text = find_output("text");
  ASSERT_NE(text, nullptr);
  Report report = test::sample_report();
  for (const int width : {60, 80, 120}) {
    const std::string name = "check_" + std::to_string(width);
    const std::string plain = text->render(report, {false, width, false, true});
    test::expect_golden(name + ".txt", plain);
    const std::string colour = text->render(report, {true, width, false, true});
    test::expect_golden(name + "_colour.txt", colour);
    EXPECT_EQ(without_colour(colour), plain) << "colour carries nothing by itself";
    EXPECT_LE(widest(plain), static_cast<std::size_t>(width)) << name;
  }
  test::expect_golden("check_80_ascii.txt", text->render(report, {false, 80, false, false}));
  test::expect_golden("check_80_all.txt", text->render(report, {false, 80, true, true}));
  report.asked = true;
  test::expect_golden("check_80_asked.txt", text->render(report, {false, 80, false, true}));
}

TEST(Text, AsciiIsAscii) {
  Report report = test::sample_report();
  for (const bool asked : {false, true}) {
    report.asked = asked;
    for (const char c : find_output("text")->render(report, {false, 80, false, false})) {
      ASSERT_LT(static_cast<unsigned char>(c), 0x80u);
    }
  }
}

TEST(Text, FitsItsWidthWhateverTheWidth) {
  for (const bool asked : {false, true}) {
    Report report = test::sample_report();
    report.asked = asked;
    for (int width = 60; width <= 120; ++width) {
      EXPECT_LE(widest(find_output("text")->render(report, {false, width, true, true})),
                static_cast<std::size_t>(width));
    }
  }
}

TEST(Text, SaysTheAnswerAndWhatLimits) {
  const std::string screen = find_output("text")->render(test::sample_report(), {});
  for (const char* words :
       {"Your size class: 8B", "Qwen3 8B in Q4_K_M", "8-12 tokens/s", "32B is kept out by memory",
        "software, not counted", "crashed (SIGSEGV)", "powersave"}) {
    EXPECT_NE(screen.find(words), std::string::npos) << words << "\n" << screen;
  }
}

TEST(Text, AnEmptyReportIsSaidAndNotInvented) {
  const std::string screen = find_output("text")->render(Report{}, {});
  EXPECT_NE(screen.find("Your size class: none"), std::string::npos) << screen;
  EXPECT_NE(screen.find("no benchmark was run"), std::string::npos) << screen;
  EXPECT_EQ(screen.find("tokens/s"), std::string::npos) << screen;
}

TEST(Text, AForeignNameCannotSteerTheTerminal) {
  Report report = test::sample_report();
  report.profile.gpus[0].name = "evil\x1b[2J\r\ngpu\xc2\x9b";
  report.advice.verdicts[1].name = "model\x1b]0;title\x07";
  for (const bool asked : {false, true}) {
    report.asked = asked;
    const std::string screen = find_output("text")->render(report, {false, 80, false, true});
    EXPECT_EQ(screen.find('\x1b'), std::string::npos);
    EXPECT_EQ(screen.find('\x07'), std::string::npos);
    EXPECT_EQ(screen.find("\xc2\x9b"), std::string::npos);
  }
  EXPECT_EQ(device_text(report.profile, {}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace weighin
