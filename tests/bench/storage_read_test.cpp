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

TEST(StorageRead, TellsARateOrWhyNot) {
  const std::filesystem::path folder = std::filesystem::current_path();
  const std::size_t before = entries(folder);
  const Measurement made = measure_storage_read(folder.string(), 0.1);
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
  EXPECT_GT(made.samples, 0);
}

TEST(StorageRead, WhereNothingCanBeWrittenThatIsSaid) {
  for (const char* folder : {"", "/proc", "/nowhere/at/all", "/dev/null"}) {
    const Measurement made = measure_storage_read(folder, 0.05);
    EXPECT_EQ(made.status, BenchStatus::skipped) << folder;
    EXPECT_FALSE(made.why.empty()) << folder;
    EXPECT_FALSE(made.bytes_per_second) << folder;
  }
}

// Memory is no storage, whether its file system takes direct access (since Linux 6.6) or not.
TEST(StorageRead, AFileSystemInMemory) {
  if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "there is no /dev/shm here";
  const Measurement made = measure_storage_read("/dev/shm", 0.05);
  EXPECT_EQ(made.status, BenchStatus::skipped);
  EXPECT_NE(made.why.find("memory"), std::string::npos) << made.why;
}

}  // namespace
}  // namespace weighin
