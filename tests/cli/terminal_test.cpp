// Are colours decided in the right order, and do errors speak in two lines?
#include "cli/terminal.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace weighin {
namespace {

class Terminal : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"}) {
      unsetenv(name);
    }
  }
};

TEST_F(Terminal, ColourIsDecidedInTheDocumentedOrder) {
  setenv("FORCE_COLOR", "1", 1);
  EXPECT_TRUE(render_options(ColorChoice::automatic).color);
  EXPECT_FALSE(render_options(ColorChoice::never).color);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(render_options(ColorChoice::automatic).color) << "NO_COLOR comes before FORCE_COLOR";
  EXPECT_TRUE(render_options(ColorChoice::always).color) << "the option comes first";
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(render_options(ColorChoice::automatic).color) << "an empty NO_COLOR is not set";
}

TEST_F(Terminal, WidthAndLettersComeFromTheSurroundings) {
  setenv("COLUMNS", "100", 1);
  EXPECT_EQ(render_options(ColorChoice::never).width, 100);
  setenv("COLUMNS", "7", 1);
  EXPECT_EQ(render_options(ColorChoice::never).width, 40);
  EXPECT_FALSE(render_options(ColorChoice::never).unicode);
  setenv("LANG", "de_DE.UTF-8", 1);
  EXPECT_TRUE(render_options(ColorChoice::never).unicode);
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(render_options(ColorChoice::never).unicode) << "LC_ALL decides";
}

TEST_F(Terminal, ErrorsSpeakInTwoLines) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(fail({ErrorKind::data, "no layers in \"x\"", "models.json:41", "add them"}), 65);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weighin: error: no layers in \"x\", models.json:41\nhint: add them\n");
}

}  // namespace
}  // namespace weighin
