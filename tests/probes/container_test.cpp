// Are the limits found that somebody has set on this process?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe container_probe;
namespace {

using test::FakeHost;
using testing::HasSubstr;

Limits limits_of(const Host& host) {
  DeviceProfile profile;
  container_probe.run(host, {}, profile);
  return profile.limits;
}

FakeHost plain() {
  FakeHost host;
  host.files["/proc/self/cgroup"] = "0::/\n";
  host.files["/proc/self/mountinfo"] = "34 33 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
  host.files["/proc/self/status"] =
      "VmSize:\t  100000 kB\nVmData:\t  40000 "
      "kB\nCpus_allowed_list:\t0-3,8\nMems_allowed_list:\t0\n";
  host.files["/proc/self/limits"] =
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max data size             unlimited            unlimited            bytes     \n"
      "Max locked memory         8388608              8388608              bytes     \n"
      "Max address space         unlimited            unlimited            bytes     \n";
  return host;
}

TEST(Container, NoLimitsAreNoLimits) {
  const Limits limits = limits_of(plain());
  EXPECT_EQ(*limits.cgroup, "v2");
  EXPECT_TRUE(limits.memory.empty());
  EXPECT_EQ(*limits.affinity_cpus, 5);
  EXPECT_EQ(*limits.rlimit_memlock_bytes, 8388608);
  EXPECT_EQ(limits.cpu_quota_cores.status, Status::unsupported);
  EXPECT_EQ(limits.cpuset_cpus.status, Status::unsupported);
}

TEST(Container, ResourceLimitsWithTheirUse) {
  FakeHost host = plain();
  host.files["/proc/self/limits"] =
      "Max data size             62914560             unlimited            bytes     \n"
      "Max locked memory         unlimited            unlimited            bytes     \n"
      "Max address space         268435456            268435456            bytes     \n";
  const Limits limits = limits_of(host);
  ASSERT_EQ(limits.memory.size(), 2u);
  EXPECT_EQ(limits.memory[0].kind, "rlimit_as");
  EXPECT_EQ(limits.memory[0].where, "RLIMIT_AS");
  EXPECT_EQ(limits.memory[0].limit_bytes, 268435456);
  EXPECT_EQ(*limits.memory[0].used_bytes, 100000 * 1024);
  EXPECT_EQ(*limits.memory[0].room_bytes, 268435456 - 100000 * 1024);
  EXPECT_EQ(limits.memory[1].kind, "rlimit_data");
  EXPECT_EQ(*limits.memory[1].room_bytes, 62914560 - 40000 * 1024);
  EXPECT_EQ(limits.rlimit_memlock_bytes.status, Status::unsupported);
  host.files["/proc/self/status"] = "";
  EXPECT_FALSE(limits_of(host).memory.at(0).room_bytes);
  host.files["/proc/self/limits"] =
      "Max data size -1 -1 bytes\nMax address space x y bytes\nMax locked";
  EXPECT_TRUE(limits_of(host).memory.empty());
}

TEST(Container, StrictOvercommitIsALimitAndTheOthersAreNot) {
  FakeHost host = plain();
  host.files["/proc/meminfo"] = "CommitLimit:    12342040 kB\nCommitted_AS:   2342040 kB\n";
  for (const char* mode : {"0\n", "1\n", "", "x"}) {
    host.files["/proc/sys/vm/overcommit_memory"] = mode;
    EXPECT_TRUE(limits_of(host).memory.empty()) << mode;
  }
  host.files["/proc/sys/vm/overcommit_memory"] = "2\n";
  const Limits limits = limits_of(host);
  ASSERT_EQ(limits.memory.size(), 1u);
  EXPECT_EQ(limits.memory[0].kind, "overcommit");
  EXPECT_EQ(*limits.memory[0].room_bytes, 10000000LL * 1024);
}

TEST(Container, MemoryNodesThatTheCpusetLeavesOut) {
  FakeHost host = plain();
  host.files["/sys/devices/system/node/has_memory"] = "0-1\n";
  for (const char* node : {"0", "1"}) {
    host.files[std::string("/sys/devices/system/node/node") + node + "/meminfo"] =
        std::string("Node ") + node + " MemTotal: 1000 kB\nNode " + node +
        " MemFree: 600 kB\nNode " + node + " Inactive(file): 100 kB\n";
  }
  const Limits limits = limits_of(host);
  ASSERT_EQ(limits.memory.size(), 1u);
  EXPECT_EQ(limits.memory[0].kind, "cpuset_mems");
  EXPECT_EQ(limits.memory[0].limit_bytes, 1000 * 1024);
  EXPECT_EQ(*limits.memory[0].room_bytes, 700 * 1024);
  host.files["/proc/self/status"] = "Mems_allowed_list:\t0-1\n";
  EXPECT_TRUE(limits_of(host).memory.empty());
}

TEST(Container, ALimitThatMakesNoSenseIsSaid) {
  FakeHost host = plain();
  host.files["/sys/fs/cgroup/memory.max"] = "plenty\n";
  const Limits limits = limits_of(host);
  EXPECT_TRUE(limits.memory.empty());
  EXPECT_THAT(limits.cgroup.why, HasSubstr("\"plenty\" is no memory limit"));
  EXPECT_EQ(limits.cgroup.confidence, Confidence::medium);
}

TEST(Container, NothingReadable) {
  const Limits limits = limits_of(FakeHost{});
  EXPECT_FALSE(limits.cgroup);
  EXPECT_FALSE(limits.affinity_cpus);
  EXPECT_FALSE(limits.rlimit_memlock_bytes);
  EXPECT_FALSE(limits.affinity_cpus.why.empty());
  EXPECT_TRUE(limits.memory.empty());
}

TEST(Container, ThisProcessAgreesWithItsKernel) {
  const auto host = live_host();
  const Limits limits = limits_of(*host);
  EXPECT_TRUE(limits.cgroup) << limits.cgroup.why;
  EXPECT_GE(*limits.affinity_cpus, 1);
  rlimit locked{};
  getrlimit(RLIMIT_MEMLOCK, &locked);
  if (locked.rlim_cur == RLIM_INFINITY) {
    EXPECT_FALSE(limits.rlimit_memlock_bytes);
  } else {
    EXPECT_EQ(*limits.rlimit_memlock_bytes, static_cast<Bytes>(locked.rlim_cur));
  }
}

}  // namespace
}  // namespace weighin
