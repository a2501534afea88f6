// Is what is kept whole, though many write it at once and some are killed?
#include "session/kept_file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(KeptFile, KeepsAndForgets) {
  const test::TemporaryFolder folder;
  const std::string place = (folder.path() / "a/b").string();
  EXPECT_FALSE(read_kept(place, "x", 60, 1000));
  write_kept(place, "x", "some text");
  EXPECT_EQ(read_kept(place, "x", 60, 1000), "some text");
  EXPECT_FALSE(read_kept(place, "x", 60, 4)) << "larger than allowed";
  std::filesystem::last_write_time(
      std::filesystem::path(place) / "x",
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_FALSE(read_kept(place, "x", 60, 1000));
  EXPECT_TRUE(read_kept(place, "x", 3600 * 3, 1000));
  EXPECT_FALSE(read_kept("", "x", 60, 1000));
  write_kept("/proc/nowhere", "x", "text");  // no failure
}

TEST(KeptFile, WhatKilledWritersLeftIsSwept) {
  const test::TemporaryFolder folder;
  const auto old = folder.path() / ".kept-abandoned", young = folder.path() / ".kept-young";
  for (const auto& each : {old, young}) std::ofstream(each) << "half";
  std::filesystem::last_write_time(
      old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  write_kept(folder.path().string(), "x", "text");
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(young)) << "its writer may still be at work";
}

TEST(KeptFile, NeverHalfThoughWritersAreKilled) {
  const test::TemporaryFolder folder;
  const std::string place = folder.path().string();
  const auto text = [](char c) { return std::string(200'000, c); };
  write_kept(place, "x", text('a'));
  std::vector<pid_t> writers;
  for (char c = 'b'; c < 'f'; ++c) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (;;) write_kept(place, "x", text(c));
    }
    writers.push_back(child);
  }
  for (int round = 0; round < 200; ++round) {
    const auto kept = read_kept(place, "x", 60, 1u << 20);
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->size(), 200'000u);
    ASSERT_EQ(*kept, text(kept->front()));
    if (round % 50 == 49) kill(writers[static_cast<std::size_t>(round / 50)], SIGKILL);
  }
  for (const pid_t child : writers) waitpid(child, nullptr, 0);
  EXPECT_TRUE(read_kept(place, "x", 60, 1u << 20));
}

}  // namespace
}  // namespace weighin
