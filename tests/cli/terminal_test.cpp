// Is a file written as a whole or not at all, and are colours decided in the right order?
#include "cli/terminal.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "support/support.hpp"

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

TEST_F(Terminal, AFileIsReplacedAsAWhole) {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "report.json").string();
  ASSERT_TRUE(write_file(path, "first").ok());
  ASSERT_TRUE(write_file(path, "second").ok());
  EXPECT_EQ(test::slurp(path), "second");
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0600, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST_F(Terminal, WhatCannotBeWrittenIsAnError) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(write_file((folder.path() / "no/such/file").string(), "x").error().kind, ErrorKind::io);
  EXPECT_EQ(write_file(folder.path().string(), "x").error().kind, ErrorKind::io);
  EXPECT_EQ(write_file("/dev/full", "x").error().kind, ErrorKind::io);
}

TEST_F(Terminal, ErrorsSpeakInTwoLines) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(fail({ErrorKind::data, "no layers in \"x\"", "models.json:41", "add them"}), 65);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weighin: error: no layers in \"x\", models.json:41\nhint: add them\n");
}

}  // namespace
}  // namespace weighin
