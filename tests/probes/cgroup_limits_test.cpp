// Is every limit up the path taken, and what the kernel could drop not counted as used?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/read/cgroup.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using testing::ElementsAre;
using testing::HasSubstr;

CgroupChain chain(int version, std::vector<std::string> paths) {
  CgroupChain made;
  made.version = version;
  for (const std::string& path : paths)
    made.levels.push_back({"/cg" + (path == "/" ? "" : path), path});
  return made;
}

// What a limit file means: -1 = no limit, -2 = no sense.
Bytes limit(std::string_view text) {
  const auto value = read_memory_limit(text);
  return !value ? -2 : value->value_or(-1);
}

TEST(CgroupLimits, TheWordsForNoLimit) {
  EXPECT_EQ(limit("max\n"), -1);
  EXPECT_EQ(limit("-1\n"), -1);
  EXPECT_EQ(limit("9223372036854771712\n"), -1) << "the largest multiple of 4 KiB";
  EXPECT_EQ(limit("9223372036854710272\n"), -1) << "the largest multiple of 64 KiB";
  EXPECT_EQ(limit("9223372036854775807\n"), -1);
  EXPECT_EQ(limit("18446744073709551615\n"), -1);
  EXPECT_EQ(limit("99999999999999999999999999999999\n"), -1);
  EXPECT_EQ(limit("2147483648\n"), 2147483648);
  EXPECT_EQ(limit("0\n"), 0);
  for (const char* text :
       {"", "\n", "12 x", "1G", "-2", "-9223372036854775809", "maximum", "0x10"}) {
    EXPECT_EQ(limit(text), -2) << text;
  }
}

TEST(CgroupLimits, CpuMax) {
  const auto cores = [](const char* text) {
    const auto quota = read_cpu_max(text);
    return !quota ? -2.0 : quota->value_or(-1.0);
  };
  EXPECT_DOUBLE_EQ(cores("250000 100000\n"), 2.5);
  EXPECT_DOUBLE_EQ(cores("50000 100000"), 0.5);
  EXPECT_DOUBLE_EQ(cores("max 100000\n"), -1);
  EXPECT_DOUBLE_EQ(cores("500000\n"), 5.0) << "the default period";
  for (const char* text : {"", "\n", "asdf 100000", "500000 njn", "250000 0", "250000 100000 100",
                           "0 100000", "-5 100000", "max 0", "1 -1"}) {
    EXPECT_DOUBLE_EQ(cores(text), -2) << text;
  }
}

TEST(CgroupLimits, CfsQuota) {
  const auto cores = [](const char* quota, const char* period) {
    const auto value = read_cfs_quota(quota, period);
    return !value ? -2.0 : value->value_or(-1.0);
  };
  EXPECT_DOUBLE_EQ(cores("600000\n", "100000\n"), 6.0);
  EXPECT_DOUBLE_EQ(cores("150000\n", "100000\n"), 1.5);
  EXPECT_DOUBLE_EQ(cores("-1\n", "100000\n"), -1);
  EXPECT_DOUBLE_EQ(cores("-1\n", ""), -1);
  for (const auto& [quota, period] :
       {std::pair{"600000", "0"}, std::pair{"800000", ""}, std::pair{"", "100000"},
        std::pair{"non-an-integer", "100000"}, std::pair{"0", "100000"},
        std::pair{"-7", "100000"}}) {
    EXPECT_DOUBLE_EQ(cores(quota, period), -2) << quota << " " << period;
  }
}

// Recorded by automaxprocs (MIT), num_cpus (MIT or Apache-2.0), telegraf (MIT).
TEST(CgroupLimits, RecordedFiles) {
  if (test::shared_folder().empty()) GTEST_SKIP() << "no recorded machines beside the checkout";
  const auto shared = test::shared_folder() / "machines/cgroup";
  const auto cpu_max = [&](const char* file) {
    const auto quota = read_cpu_max(test::slurp(shared / file));
    return !quota ? -2.0 : quota->value_or(-1.0);
  };
  EXPECT_DOUBLE_EQ(cpu_max("automaxprocs/cgroups/v2/set"), 2.5);
  EXPECT_DOUBLE_EQ(cpu_max("automaxprocs/cgroups/v2/unset"), -1);
  EXPECT_DOUBLE_EQ(cpu_max("automaxprocs/cgroups/v2/only-max"), 5);
  for (const char* file : {"empty", "invalid-max", "invalid-period", "too-few-fields",
                           "too-many-fields", "zero-period"}) {
    EXPECT_DOUBLE_EQ(cpu_max((std::string("automaxprocs/cgroups/v2/") + file).c_str()), -2) << file;
  }
  EXPECT_DOUBLE_EQ(cpu_max("num_cpus/cgroups2/cgroups/ceil/cpu.max"), 1.5);
  EXPECT_DOUBLE_EQ(cpu_max("num_cpus/cgroups2/cgroups/good/cpu.max"), 6);
  EXPECT_DOUBLE_EQ(cpu_max("num_cpus/cgroups2/cgroups/zero-period/cpu.max"), -2);
  FakeHost host;
  for (const char* file : {"memory.max", "memory.high", "memory.current", "memory.stat", "cpu.max",
                           "cpuset.cpus.effective", "cpuset.mems.effective"}) {
    host.files[std::string("/cg/") + file] = test::slurp(shared / "telegraf/cgroup/v2" / file);
  }
  std::string trouble;
  const auto limits = cgroup_memory_limits(host, chain(2, {"/"}), trouble);
  EXPECT_EQ(trouble, "");
  for (const MemoryLimit& each : limits) {
    EXPECT_TRUE(each.used_bytes) << each.used_bytes.why;
    EXPECT_GE(*each.room_bytes, 0);
    EXPECT_LE(*each.room_bytes, each.limit_bytes);
  }
  EXPECT_TRUE(cgroup_cpuset(host, chain(2, {"/"}), "cpus"));
  EXPECT_EQ(limits.at(0).limit_bytes, 103079215104);
  EXPECT_DOUBLE_EQ(*cgroup_cpu_quota(host, chain(2, {"/"})), 48.0);
}

TEST(CgroupLimits, CacheAndReclaimableSlabAreNotUsed) {
  FakeHost host;
  host.files["/cg/memory.max"] = "1000000\n";
  host.files["/cg/memory.current"] = "900000\n";
  host.files["/cg/memory.stat"] =
      "anon 100\nfile 700000\nactive_file 300000\ninactive_file 400000\nslab_reclaimable 50000\n";
  std::string trouble;
  const auto limits = cgroup_memory_limits(host, chain(2, {"/"}), trouble);
  ASSERT_EQ(limits.size(), 1u);
  EXPECT_EQ(limits[0].kind, "cgroup_v2");
  EXPECT_EQ(limits[0].where, "/");
  EXPECT_EQ(limits[0].limit_bytes, 1000000);
  EXPECT_EQ(*limits[0].used_bytes, 150000);
  EXPECT_EQ(*limits[0].room_bytes, 850000);
  EXPECT_EQ(limits[0].room_bytes.source, "/cg/memory.max");
}

TEST(CgroupLimits, V1UsesTheSumsOverAllBelow) {
  FakeHost host;
  host.files["/cg/memory.limit_in_bytes"] = "1000\n";
  host.files["/cg/memory.usage_in_bytes"] = "800\n";
  host.files["/cg/memory.stat"] =
      "active_file 1\ninactive_file 2\ntotal_active_file 100\ntotal_inactive_file 200\n";
  std::string trouble;
  const auto limits = cgroup_memory_limits(host, chain(1, {"/"}), trouble);
  ASSERT_EQ(limits.size(), 1u);
  EXPECT_EQ(*limits[0].room_bytes, 500);
  host.files["/cg/memory.stat"] = "active_file 1\ninactive_file 2\n";
  EXPECT_EQ(*cgroup_memory_limits(host, chain(1, {"/"}), trouble)[0].room_bytes, 203);
}

TEST(CgroupLimits, EveryLevelAndHighCount) {
  FakeHost host;
  host.files["/cg/a/b/memory.max"] = "max\n";
  host.files["/cg/a/b/memory.high"] = "5000\n";
  host.files["/cg/a/b/memory.current"] = "1000\n";
  host.files["/cg/a/memory.max"] = "4000\n";
  host.files["/cg/a/memory.high"] = "max\n";
  host.files["/cg/a/memory.current"] = "3500\n";
  std::string trouble;
  const auto limits = cgroup_memory_limits(host, chain(2, {"/a/b", "/a", "/"}), trouble);
  ASSERT_EQ(limits.size(), 2u);
  EXPECT_EQ(limits[0].kind, "cgroup_v2_high");
  EXPECT_EQ(limits[0].where, "/a/b");
  EXPECT_EQ(*limits[0].room_bytes, 4000);
  EXPECT_THAT(limits[0].room_bytes.why, HasSubstr("memory.stat"))
      << "without it cache counts as used";
  EXPECT_EQ(limits[1].kind, "cgroup_v2");
  EXPECT_EQ(limits[1].where, "/a");
  EXPECT_EQ(*limits[1].room_bytes, 500);
}

TEST(CgroupLimits, MoreUsedThanAllowedLeavesNothing) {
  FakeHost host;
  host.files["/cg/memory.max"] = "1000\n";
  host.files["/cg/memory.current"] = "1500\n";
  std::string trouble;
  auto limits = cgroup_memory_limits(host, chain(2, {"/"}), trouble);
  EXPECT_EQ(*limits.at(0).room_bytes, 0);
  EXPECT_EQ(*limits.at(0).used_bytes, 1500);
  // Cache larger than the use (it is counted at different moments): all of the limit, and no more.
  host.files["/cg/memory.stat"] =
      "active_file 9223372036854775807\ninactive_file 9223372036854775807\n";
  limits = cgroup_memory_limits(host, chain(2, {"/"}), trouble);
  EXPECT_EQ(*limits.at(0).room_bytes, 1000);
  EXPECT_EQ(*limits.at(0).used_bytes, 0);
}

TEST(CgroupLimits, UnreadableUseIsUnknownAndTheLimitStays) {
  FakeHost host;
  host.files["/cg/memory.max"] = "1000\n";
  std::string trouble;
  for (const char* use : {"", "x", "-5"}) {
    host.files["/cg/memory.current"] = use;
    const auto limits = cgroup_memory_limits(host, chain(2, {"/"}), trouble);
    ASSERT_EQ(limits.size(), 1u);
    EXPECT_EQ(limits[0].limit_bytes, 1000);
    EXPECT_FALSE(limits[0].room_bytes);
    EXPECT_EQ(limits[0].room_bytes.status, Status::error);
  }
}

TEST(CgroupLimits, AnOldGroupThatDoesNotCountItsChildrenDoesNotBindThem) {
  FakeHost host;
  host.files["/cg/a/memory.limit_in_bytes"] = "9223372036854771712\n";
  host.files["/cg/memory.limit_in_bytes"] = "1000\n";
  host.files["/cg/memory.usage_in_bytes"] = "10\n";
  host.files["/cg/memory.use_hierarchy"] = "0\n";
  std::string trouble;
  EXPECT_TRUE(cgroup_memory_limits(host, chain(1, {"/a", "/"}), trouble).empty());
  host.files["/cg/memory.use_hierarchy"] = "1\n";
  EXPECT_EQ(cgroup_memory_limits(host, chain(1, {"/a", "/"}), trouble).size(), 1u);
}

TEST(CgroupLimits, TheLeastQuotaUpThePath) {
  FakeHost host;
  host.files["/cg/a/cpu.max"] = "max 100000\n";
  host.files["/cg/cpu.max"] = "150000 100000\n";
  auto quota = cgroup_cpu_quota(host, chain(2, {"/a", "/"}));
  EXPECT_DOUBLE_EQ(*quota, 1.5);
  EXPECT_EQ(quota.source, "/cg/cpu.max");
  host.files["/cg/a/cpu.max"] = "50000 100000\n";
  EXPECT_DOUBLE_EQ(*cgroup_cpu_quota(host, chain(2, {"/a", "/"})), 0.5);
}

TEST(CgroupLimits, QuotasThatMakeNoSenseAreUnknown) {
  FakeHost host;
  host.files["/cg/cpu.cfs_quota_us"] = "600000\n";
  host.files["/cg/cpu.cfs_period_us"] = "0\n";
  auto quota = cgroup_cpu_quota(host, chain(1, {"/"}));
  EXPECT_FALSE(quota);
  EXPECT_EQ(quota.status, Status::error);
  EXPECT_THAT(quota.why, HasSubstr("cpu.cfs_quota_us"));
  host.files.erase("/cg/cpu.cfs_period_us");
  EXPECT_EQ(cgroup_cpu_quota(host, chain(1, {"/"})).status, Status::error);
  host.files["/cg/cpu.cfs_quota_us"] = "-1\n";
  EXPECT_EQ(cgroup_cpu_quota(host, chain(1, {"/"})).status, Status::unsupported);
  EXPECT_EQ(cgroup_cpu_quota(FakeHost{}, chain(1, {"/"})).status, Status::unsupported);
  // A broken level beside a sound one: the sound one counts, with a remark.
  host.files["/cg/a/cpu.cfs_quota_us"] = "rubbish";
  host.files["/cg/cpu.cfs_quota_us"] = "200000\n";
  host.files["/cg/cpu.cfs_period_us"] = "100000\n";
  quota = cgroup_cpu_quota(host, chain(1, {"/a", "/"}));
  EXPECT_DOUBLE_EQ(*quota, 2.0);
  EXPECT_EQ(quota.confidence, Confidence::medium);
  EXPECT_THAT(quota.why, HasSubstr("/cg/a"));
}

TEST(CgroupLimits, TheCpusetOfTheNearestGroupThatHasOne) {
  FakeHost host;
  host.files["/cg/a/cpuset.cpus.effective"] = "\n";
  host.files["/cg/a/cpuset.cpus"] = "\n";
  host.files["/cg/cpuset.cpus.effective"] = "0-3,8\n";
  EXPECT_THAT(*cgroup_cpuset(host, chain(2, {"/a", "/"}), "cpus"), ElementsAre(0, 1, 2, 3, 8));
  host.files["/cg/a/cpuset.cpus.effective"] = "2\n";
  EXPECT_THAT(*cgroup_cpuset(host, chain(2, {"/a", "/"}), "cpus"), ElementsAre(2));
  FakeHost old;
  old.files["/cg/cpuset.effective_cpus"] = "0-1\n";
  old.files["/cg/cpuset.cpus"] = "0-7\n";
  EXPECT_THAT(*cgroup_cpuset(old, chain(1, {"/"}), "cpus"), ElementsAre(0, 1));
  CgroupChain bare = chain(1, {"/"});
  bare.no_prefix = true;
  old.files["/cg/mems"] = "1\n";
  EXPECT_THAT(*cgroup_cpuset(old, bare, "mems"), ElementsAre(1));
  old.files["/cg/mems"] = "one\n";
  EXPECT_EQ(cgroup_cpuset(old, bare, "mems").status, Status::error);
}

}  // namespace
}  // namespace weighin
