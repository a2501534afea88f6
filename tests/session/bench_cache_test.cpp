// Are measurements kept for this very device, and for no other?
#include "session/bench_cache.hpp"

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
  // But where all that was seen lies close together, the range says it.
  unstable.list[0].bytes_per_second = Range{1.95e9, 2e9, 2.05e9};
  keep_measurements(path, "b", device(), unstable);
  EXPECT_TRUE(kept_measurements(path, "b"));
}

TEST(BenchCache, WhatIsNoCapabilityServesAGateForMinutes) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path().string();
  Measurements unstable = good();
  unstable.list[0].status = BenchStatus::unstable;
  keep_measurements(path, "b", device(), unstable);
  const auto brief = brief_measurements(path, "b", device());
  ASSERT_TRUE(brief);
  EXPECT_EQ(brief->list.front().status, BenchStatus::unstable) << "and it is said to be unstable";
  DeviceProfile battery = device();
  battery.power.on_battery = Known<bool>::of(true, "test");
  EXPECT_FALSE(brief_measurements(path, "b", battery)) << "plugged out since";
  std::filesystem::last_write_time(
      folder.path() / "brief-b.json",
      std::filesystem::file_time_type::clock::now() - std::chrono::minutes(6));
  EXPECT_FALSE(brief_measurements(path, "b", device()));
}

TEST(BenchCache, ModelsOnNoStorageThatCouldBeReadAreNoHindrance) {
  const test::TemporaryFolder folder;
  Measurements made = good();
  made.list.push_back(made.list.front());
  made.list.back().place = "storage";
  made.list.back().bytes_per_second.reset();
  made.list.back().status = BenchStatus::skipped;
  made.list.back().why = "a file system in memory";
  keep_measurements(folder.path().string(), "a", device(), made);
  EXPECT_TRUE(kept_measurements(folder.path().string(), "a"));
}

TEST(BenchCache, AGpuWithAFaultIsKeptBrieflyAndOneThatLacksSomethingLong) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path().string();
  Measurements made = good();
  made.list.push_back(made.list.front());
  Measurement& gpu = made.list.back();
  gpu.place = "gpu0";
  gpu.bytes_per_second.reset();
  gpu.status = BenchStatus::skipped;
  gpu.why = "the device needs sums among the invocations of a subgroup";
  keep_measurements(path, "a", device(), made);
  EXPECT_TRUE(kept_measurements(path, "a"));
  gpu.why = std::string(kNotReached) + "crashed (SIGSEGV) while measuring memory read";
  keep_measurements(path, "b", device(), made);
  EXPECT_FALSE(kept_measurements(path, "b"));
  EXPECT_TRUE(brief_measurements(path, "b", device()));
  gpu.status = BenchStatus::error;
  gpu.why = "the GPU's driver: crashed (SIGSEGV) while measuring memory read";
  keep_measurements(path, "c", device(), made);
  EXPECT_FALSE(kept_measurements(path, "c"));
  EXPECT_TRUE(brief_measurements(path, "c", device()));
}

TEST(BenchCache, AGpuThatIsPutInOrUpdatedIsAnotherDevice) {
  const std::string first = bench_fingerprint(device(), {});
  DeviceProfile other = device();
  Gpu gpu;
  gpu.name = "a card";
  gpu.driver = Known<std::string>::of("550.54", "a driver");
  other.gpus.push_back(gpu);
  const std::string with = bench_fingerprint(other, {});
  EXPECT_NE(with, first);
  other.gpus.front().driver = Known<std::string>::of("560.01", "a driver");
  EXPECT_NE(bench_fingerprint(other, {}), with);
  other.gpus.front().vram_bytes = Known<Bytes>::of(12 * kGiB, "a driver");
  other.limits.memory.push_back({"cgroup_v2", "/app", 2 * kGiB, {}, {}});
  EXPECT_NE(bench_fingerprint(other, {}), with);
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

TEST(BenchCache, ALevelOfAnEarlierRunMakesUnstable) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path().string();
  Measurements first = good(), second = good(), elsewhere = good();
  second.list[0].bytes_per_second = Range{0.9e9, 1e9, 1.1e9};
  heed_levels(path, "a", first);
  EXPECT_EQ(first.list[0].status, BenchStatus::ok);
  heed_levels(path, "a", second);
  EXPECT_EQ(second.list[0].status, BenchStatus::unstable);
  EXPECT_GT(second.list[0].bytes_per_second->high, 1.8e9);
  Measurements battery = good(), mains = good();
  battery.lasting = false;
  battery.list[0].bytes_per_second = Range{0.4e9, 0.5e9, 0.6e9};
  heed_levels(path, "c", battery);
  EXPECT_EQ(battery.list[0].status, BenchStatus::ok);
  heed_levels(path, "c", mains);
  EXPECT_EQ(mains.list[0].status, BenchStatus::ok) << "what the battery gave is no level";
  heed_levels(path, "b", elsewhere);
  EXPECT_EQ(elsewhere.list[0].status, BenchStatus::ok) << "another device";
  Measurements busy = good(), idle = good();
  busy.contended = true;
  busy.list[0].bytes_per_second = Range{0.9e9, 1e9, 1.1e9};
  heed_levels(path, "b", busy);
  EXPECT_EQ(busy.list[0].status, BenchStatus::ok) << "alike what was seen, but for the others";
  heed_levels(path, "b", idle);
  EXPECT_EQ(idle.list[0].status, BenchStatus::ok) << "what a busy machine gave is no level";
  folder.write("runs-a.json", "{broken");
  Measurements third = good();
  heed_levels(path, "a", third);
  EXPECT_EQ(third.list[0].status, BenchStatus::ok);
  heed_levels("/proc/no/such/folder", "a", third);  // no failure
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
