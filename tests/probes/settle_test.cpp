// Is the least of all limits what counts, and does the profile say which one it was?
#include "probes/settle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin {
namespace {

using testing::HasSubstr;

MemoryLimit limit(const char* kind, const char* where, Bytes bytes, std::optional<Bytes> room) {
  MemoryLimit made;
  made.kind = kind;
  made.where = where;
  made.limit_bytes = bytes;
  made.room_bytes =
      room ? Known<Bytes>::of(*room, "test") : Known<Bytes>::unknown(Status::error, "test");
  return made;
}

DeviceProfile machine() {
  DeviceProfile profile;
  profile.memory.total_bytes = Known<Bytes>::of(16 * kGiB, "/proc/meminfo");
  profile.memory.available_bytes = Known<Bytes>::of(12 * kGiB, "/proc/meminfo");
  profile.cpu.physical_cores = Known<std::int64_t>::of(8, "hwloc");
  profile.cpu.logical_cores = Known<std::int64_t>::of(16, "hwloc");
  return profile;
}

TEST(Settle, WithoutLimitsTheMachineBounds) {
  DeviceProfile profile = machine();
  settle(profile);
  EXPECT_EQ(*profile.memory.usable_bytes, 12 * kGiB);
  EXPECT_EQ(*profile.memory.capacity_bytes, 16 * kGiB);
  EXPECT_EQ(*profile.memory.bound_by, "physical");
  EXPECT_EQ(*profile.cpu.usable_threads, 8);
  EXPECT_THAT(profile.cpu.usable_threads.why, HasSubstr("physical cores"));
}

TEST(Settle, TheLeastRoomBoundsAndIsNamed) {
  DeviceProfile profile = machine();
  profile.limits.memory = {limit("cgroup_v2", "/a/b", 4 * kGiB, 3 * kGiB),
                           limit("cgroup_v2", "/a", 8 * kGiB, 2 * kGiB),
                           limit("rlimit_as", "RLIMIT_AS", 64 * kGiB, 63 * kGiB)};
  settle(profile);
  EXPECT_EQ(*profile.memory.usable_bytes, 2 * kGiB);
  EXPECT_EQ(*profile.memory.capacity_bytes, 4 * kGiB);
  EXPECT_EQ(*profile.memory.bound_by, "cgroup");
  EXPECT_THAT(profile.memory.usable_bytes.why, HasSubstr("/a allows 8.0 GiB"));
  EXPECT_EQ(profile.memory.bound_by.source, "cgroup_v2 /a");
}

TEST(Settle, EachKindHasItsWord) {
  const auto word = [](const char* kind) {
    DeviceProfile profile = machine();
    profile.limits.memory = {limit(kind, "x", kGiB, kGiB)};
    settle(profile);
    return *profile.memory.bound_by;
  };
  EXPECT_EQ(word("cgroup_v1"), "cgroup");
  EXPECT_EQ(word("cgroup_v2_high"), "cgroup");
  EXPECT_EQ(word("cpuset_mems"), "cgroup");
  EXPECT_EQ(word("rlimit_as"), "rlimit");
  EXPECT_EQ(word("rlimit_data"), "rlimit");
  EXPECT_EQ(word("overcommit"), "overcommit");
}

TEST(Settle, ALimitAboveWhatIsFreeDoesNotBind) {
  DeviceProfile profile = machine();
  profile.limits.memory = {limit("cgroup_v2", "/", 1024 * kGiB, 1000 * kGiB)};
  settle(profile);
  EXPECT_EQ(*profile.memory.bound_by, "physical");
  EXPECT_EQ(*profile.memory.capacity_bytes, 16 * kGiB);
}

TEST(Settle, WhereTheUseIsUnknownTheLimitIsTheMost) {
  DeviceProfile profile = machine();
  profile.limits.memory = {limit("cgroup_v2", "/", 2 * kGiB, std::nullopt)};
  settle(profile);
  EXPECT_EQ(*profile.memory.usable_bytes, 2 * kGiB);
  EXPECT_EQ(profile.memory.usable_bytes.confidence, Confidence::low);
}

TEST(Settle, UnknownMemoryStaysUnknown) {
  DeviceProfile profile;
  profile.memory.available_bytes = Known<Bytes>::unknown(Status::error, "no /proc");
  profile.memory.total_bytes = Known<Bytes>::unknown(Status::error, "no /proc");
  profile.limits.memory = {limit("cgroup_v2", "/", 2 * kGiB, kGiB)};
  settle(profile);
  EXPECT_FALSE(profile.memory.usable_bytes);
  EXPECT_EQ(profile.memory.usable_bytes.why, "no /proc");
  EXPECT_FALSE(profile.memory.capacity_bytes);
  EXPECT_FALSE(profile.memory.bound_by);
}

TEST(Settle, ThreadsAreTheLeastOfAll) {
  DeviceProfile profile = machine();
  profile.cpu.core_kinds = {{"performance", 4, 8, {}}, {"efficiency", 8, 8, {}}};
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 4);
  profile.limits.affinity_cpus = Known<std::int64_t>::of(3, "t");
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 3);
  profile.limits.cpu_quota_cores = Known<double>::of(1.5, "t");
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 2)
      << "a half core is a thread that waits half of the time";
  profile.limits.cpuset_cpus = Known<std::int64_t>::of(1, "t");
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 1);
  profile.limits.cpu_quota_cores = Known<double>::of(0.2, "t");
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 1);
}

TEST(Settle, ThreadsWithoutATopology) {
  DeviceProfile profile;
  settle(profile);
  EXPECT_FALSE(profile.cpu.usable_threads);
  profile.limits.affinity_cpus = Known<std::int64_t>::of(6, "t");
  settle(profile);
  EXPECT_EQ(*profile.cpu.usable_threads, 6);
}

TEST(Settle, AGpuThatSharesMainMemoryHasNoMoreThanThat) {
  DeviceProfile profile = machine();
  Gpu gpu;
  gpu.unified = Known<bool>::of(true, "vulkan");
  gpu.vram_bytes = Known<Bytes>::of(30 * kGiB, "heap");
  gpu.vram_free_bytes = Known<Bytes>::of(28 * kGiB, "budget");
  Gpu card = gpu;
  card.unified = Known<bool>::of(false, "vulkan");
  Gpu small = gpu;
  small.vram_bytes = Known<Bytes>::of(4 * kGiB, "heap");
  small.vram_free_bytes = Known<Bytes>::unknown(Status::unsupported, "no budget");
  profile.gpus = {gpu, card, small};
  profile.limits.memory = {limit("cgroup_v2", "/", 8 * kGiB, 5 * kGiB)};
  settle(profile);
  EXPECT_EQ(*profile.gpus[0].vram_bytes, 8 * kGiB);
  EXPECT_EQ(*profile.gpus[0].vram_free_bytes, 5 * kGiB);
  EXPECT_EQ(profile.gpus[0].vram_free_bytes.others.at(0).source, "budget");
  EXPECT_EQ(*profile.gpus[1].vram_bytes, 30 * kGiB) << "a card of its own";
  EXPECT_EQ(*profile.gpus[2].vram_bytes, 4 * kGiB);
  EXPECT_EQ(*profile.gpus[2].vram_free_bytes, 4 * kGiB);
}

TEST(Settle, WhatTheFirmwareHasSetAsideIsNoPartOfMainMemory) {
  DeviceProfile profile = machine();  // the limit leaves 8 GiB, 5 of them free
  Gpu whole;
  whole.unified = Known<bool>::of(true, "vulkan");
  whole.vram_bytes = whole.carve_out_bytes = Known<Bytes>::of(96 * kGiB, "heaps");
  whole.vram_free_bytes = Known<Bytes>::of(90 * kGiB, "budget");
  Gpu part = whole;
  part.carve_out_bytes = Known<Bytes>::of(64 * kGiB, "sysfs");
  Gpu unsaid = whole;
  unsaid.vram_free_bytes = Known<Bytes>::unknown(Status::unsupported, "no budget");
  profile.gpus = {whole, part, unsaid};
  profile.limits.memory = {limit("cgroup_v2", "/", 8 * kGiB, 5 * kGiB)};
  settle(profile);
  EXPECT_EQ(*profile.gpus[0].vram_bytes, 96 * kGiB);
  EXPECT_EQ(*profile.gpus[0].vram_free_bytes, 90 * kGiB);
  EXPECT_EQ(*profile.gpus[1].vram_bytes, (64 + 8) * kGiB);
  EXPECT_EQ(*profile.gpus[1].vram_free_bytes, (64 + 5) * kGiB);
  EXPECT_FALSE(profile.gpus[2].vram_free_bytes) << "main memory says nothing of it";
}

}  // namespace
}  // namespace weighin
