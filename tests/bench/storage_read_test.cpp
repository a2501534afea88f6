// Is the storage timed by what it really gave, and left as it was?
#include "bench/storage_read.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace weighin {
namespace {

std::size_t entries(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    static_cast<void>(each);
    ++count;
  }
  return count;
}

Measurement measured(const std::string& folder) {
  const Work work = storage_work(folder, 0.05);
  if (!work.run) {
    Measurement made = work.label;
    made.status = BenchStatus::skipped;
    return made;
  }
  Entry entry{.threads = 1, .windows = {}};
  for (int round = 0; round < kRounds; ++round) {
    Runner::Outcome outcome = work.run(1, 0.01);
    entry.checked = entry.checked && outcome.checked;
    entry.windows.push_back(std::move(outcome.window));
  }
  return conclude(work, entry);
}

TEST(StorageRead, TellsARateOrWhyNot) {
  const std::filesystem::path folder = std::filesystem::current_path();
  const std::size_t before = entries(folder);
  const Measurement made = measured(folder.string());
  EXPECT_EQ(entries(folder), before);
  EXPECT_EQ(made.place, "storage");
  if (made.status == BenchStatus::skipped) {
    EXPECT_FALSE(made.why.empty());
    GTEST_SKIP() << made.why;
  }
  ASSERT_TRUE(made.bytes_per_second);
  EXPECT_TRUE(made.checked);
  EXPECT_GT(made.bytes_per_second->low, 1e5);
  EXPECT_LT(made.bytes_per_second->high, 1e12);
  EXPECT_LE(made.bytes_per_second->low, made.bytes_per_second->mid);
  EXPECT_LE(made.bytes_per_second->mid, made.bytes_per_second->high);
  EXPECT_GE(made.working_set_bytes, 4 * kMiB);
  EXPECT_GE(made.samples, kRounds);
  EXPECT_NE(made.why.find("the drive's own cache"), std::string::npos) << made.why;
}

TEST(StorageRead, WhereNothingCanBeWrittenThatIsSaid) {
  for (const char* folder : {"", "/proc", "/nowhere/at/all", "/dev/null"}) {
    const Measurement made = measured(folder);
    EXPECT_EQ(made.status, BenchStatus::skipped) << folder;
    EXPECT_FALSE(made.why.empty()) << folder;
    EXPECT_FALSE(made.bytes_per_second) << folder;
  }
}

// Memory is no storage, whether its file system takes direct access (since Linux 6.6) or not.
TEST(StorageRead, AFileSystemInMemory) {
  if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "there is no /dev/shm here";
  const Measurement made = measured("/dev/shm");
  EXPECT_EQ(made.status, BenchStatus::skipped);
  EXPECT_NE(made.why.find("memory"), std::string::npos) << made.why;
}

}  // namespace
}  // namespace weighin
