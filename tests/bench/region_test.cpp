// Is as much memory taken as is sound, and never more?
#include "bench/region.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

namespace weighin {
namespace {

DeviceProfile device(Bytes caches, Bytes usable) {
  DeviceProfile profile;
  if (caches > 0) profile.cpu.last_level_cache_bytes = Known<Bytes>::of(caches, "test");
  profile.memory.usable_bytes = Known<Bytes>::of(usable, "test");
  return profile;
}

TEST(Region, FourTimesTheCachesUnlessTheyAreFlushed) {
  const DataSize desktop = choose_data_size(device(32 * kMiB, 16 * kGiB), 0, false);
  EXPECT_EQ(desktop.bytes, 128 * kMiB);
  EXPECT_TRUE(desktop.beyond_caches);
  EXPECT_EQ(choose_data_size(device(2 * kMiB, 4 * kGiB), 0, false).bytes, 64 * kMiB);
  const DataSize server = choose_data_size(device(480 * kMiB, 24 * kGiB), 0, false);
  EXPECT_EQ(server.bytes, 192 * kMiB);
  EXPECT_FALSE(server.beyond_caches);
  EXPECT_NE(server.why.find("480 MiB"), std::string::npos);
  EXPECT_FALSE(choose_data_size(device(0, 4 * kGiB), 0, false).beyond_caches);

  const DataSize flushed = choose_data_size(device(480 * kMiB, 24 * kGiB), 0, true);
  EXPECT_EQ(flushed.bytes, 64 * kMiB);
  EXPECT_TRUE(flushed.beyond_caches);
  DeviceProfile wide = device(480 * kMiB, 24 * kGiB);
  wide.cpu.usable_threads = Known<std::int64_t>::of(16, "test");
  EXPECT_EQ(choose_data_size(wide, 0, true).bytes, 128 * kMiB);
  wide.cpu.usable_threads = Known<std::int64_t>::of(1'000'000'000'000, "test");
  EXPECT_EQ(choose_data_size(wide, 0, true).bytes, 192 * kMiB);
}

TEST(Region, NeverMoreThanAQuarterOfWhatIsFree) {
  EXPECT_EQ(choose_data_size(device(32 * kMiB, 128 * kMiB), 0, true).bytes, 32 * kMiB);
  EXPECT_FALSE(choose_data_size(device(32 * kMiB, 128 * kMiB), 0, false).beyond_caches);
  EXPECT_EQ(choose_data_size(device(32 * kMiB, 128 * kMiB), kGiB, true).bytes, 32 * kMiB);
  EXPECT_EQ(choose_data_size(device(32 * kMiB, 16 * kGiB), kGiB, false).bytes, kGiB);
  for (const Bytes usable : {Bytes{0}, Bytes{-1000}, 15 * kMiB}) {
    const DataSize none = choose_data_size(device(kMiB, usable), 0, true);
    EXPECT_EQ(none.bytes, 0) << usable;
    EXPECT_NE(none.why, "");
  }
}

TEST(Region, GivesBackAndMoves) {
  Region region(8 * kMiB, kMiB);
  ASSERT_EQ(region.bytes(), 8 * kMiB);
  region.data()[8 * kMiB - 1] = 1;
  Region other = std::move(region);
  EXPECT_EQ(other.bytes(), 8 * kMiB);
  EXPECT_EQ(Region(0, kMiB).bytes(), 0);
  EXPECT_EQ(
      Region(std::numeric_limits<Bytes>::max() / 2, std::numeric_limits<Bytes>::max() / 4).bytes(),
      0);
}

TEST(Region, TakesLessWhereTheLimitIsLow) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more address space than the limit leaves";
#endif
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit limit{256 << 20, 256 << 20};
    setrlimit(RLIMIT_AS, &limit);
    const Region region(kGiB, 4 * kMiB);
    const Region none(kGiB, kGiB);
    _exit(region.bytes() >= 4 * kMiB && region.bytes() < 256 * kMiB && none.bytes() == 0 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace weighin
