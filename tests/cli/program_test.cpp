// Does every subcommand stand in the table, and does the program end with the right code?
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cli/command.hpp"

namespace weighin {
namespace {

int run_words(std::vector<const char*> words) {
  words.insert(words.begin(), "weighin");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run_program(static_cast<int>(words.size()), words.data());
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return code;
}

TEST(Program, HasTheSubcommandsOfTheContract) {
  std::set<std::string> names;
  for (const Command* command : command_table()) {
    names.insert(std::string(command->name));
    EXPECT_FALSE(command->description.empty()) << command->name;
  }
  for (const char* name :
       {"check", "probe", "estimate", "bench", "gate", "report", "models", "doctor", "schema"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(Program, HelpAndVersionAreNoFailure) {
  EXPECT_EQ(run_words({"--version"}), 0);
  EXPECT_EQ(run_words({"--help"}), 0);
  EXPECT_EQ(run_words({"estimate", "--help"}), 0);
}

TEST(Program, WrongUseEndsWith64) {
  EXPECT_EQ(run_words({"--no-such-option"}), 64);
  EXPECT_EQ(run_words({"estimate"}), 64);
  EXPECT_EQ(run_words({"gate"}), 64);
  EXPECT_EQ(run_words({"schema", "none-such"}), 64);
}

TEST(Program, MissingAndBrokenFilesEndWith66And65) {
  EXPECT_EQ(run_words({"probe", "--device", "/nonexistent/device.json"}), 66);
  EXPECT_EQ(run_words({"probe", "--device", "/proc/meminfo"}), 65);
}

}  // namespace
}  // namespace weighin
