// Are measurements kept for this very device, and for no other?
#include "cli/bench_cache.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "support/support.hpp"

namespace weighin {
namespace {

DeviceProfile device() {
  DeviceProfile profile;
  profile.cpu.model = Known<std::string>::of("Test 9000", "test");
  profile.cpu.simd = Known<std::vector<std::string>>::of({"avx2"}, "test");
  profile.memory.total_bytes = Known<Bytes>::of(16 * kGiB, "test");
  profile.memory.available_bytes = Known<Bytes>::of(9 * kGiB, "test");
  return profile;
}

Measurements good() {
  Measurement each;
  each.name = "memory read";
  each.bytes_per_second = Range{1e9, 2e9, 3e9};
  each.status = BenchStatus::ok;
  return {{each}, {}};
}

TEST(BenchCache, TheFingerprintFollowsTheDevice) {
  const std::string first = bench_fingerprint(device(), {});
  EXPECT_EQ(first.size(), 16u);
  DeviceProfile other = device();
  other.memory.available_bytes = Known<Bytes>::of(3 * kGiB, "test");
  EXPECT_EQ(bench_fingerprint(other, {}), first) << "free memory is no other device";
  other.memory.total_bytes = Known<Bytes>::of(32 * kGiB, "test");
  EXPECT_NE(bench_fingerprint(other, {}), first);
  other = device();
  other.cpu.simd.value->push_back("avx512f");
  EXPECT_NE(bench_fingerprint(other, {}), first);
  other = device();
  other.limits.cpu_quota_cores = Known<double>::of(1.5, "test");
  EXPECT_NE(bench_fingerprint(other, {}), first);
  BenchOptions longer;
  longer.seconds = 9;
  EXPECT_NE(bench_fingerprint(device(), longer), first);
}

TEST(BenchCache, KeepsAndGivesBack) {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "weighin").string();
  EXPECT_FALSE(kept_measurements(path, "0123"));
  keep_measurements(path, "0123", device(), good());
  const auto kept = kept_measurements(path, "0123");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->list.size(), 1u);
  EXPECT_FALSE(kept_measurements(path, "4567"));
}

TEST(BenchCache, WhatIsNoCapabilityIsNotKept) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path().string();
  DeviceProfile battery = device();
  battery.power.on_battery = Known<bool>::of(true, "test");
  keep_measurements(path, "a", battery, good());
  EXPECT_FALSE(kept_measurements(path, "a"));
  Measurements unstable = good();
  unstable.list[0].status = BenchStatus::unstable;
  keep_measurements(path, "b", device(), unstable);
  EXPECT_FALSE(kept_measurements(path, "b"));
}

TEST(BenchCache, OldAndBrokenFilesAreNotUsed) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path().string();
  folder.write("bench-a.json", "{broken");
  EXPECT_FALSE(kept_measurements(path, "a"));
  keep_measurements(path, "b", device(), good());
  std::filesystem::last_write_time(
      folder.path() / "bench-b.json",
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 30));
  EXPECT_FALSE(kept_measurements(path, "b"));
  keep_measurements("/proc/no/such/folder", "c", device(), good());  // no failure
}

TEST(BenchCache, TheFolderFollowsTheEnvironment) {
  setenv("XDG_CACHE_HOME", "/x", 1);
  EXPECT_EQ(cache_folder(), "/x/weighin");
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", "/h", 1);
  EXPECT_EQ(cache_folder(), "/h/.cache/weighin");
  unsetenv("HOME");
  EXPECT_EQ(cache_folder(), "");
}

}  // namespace
}  // namespace weighin
