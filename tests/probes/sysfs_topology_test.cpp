// Are cores, caches and nodes counted from the kernel's files alone?
#include "probes/cpu/sysfs_topology.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

const std::string kCpuFolders = "/sys/devices/system/cpu";

void add_cache(test::FakeHost& host, int cpu, int index, const char* level, const char* type,
               const char* size, const std::string& sharers) {
  const std::string folder =
      kCpuFolders + "/cpu" + std::to_string(cpu) + "/cache/index" + std::to_string(index) + "/";
  host.files[folder + "level"] = std::string(level) + "\n";
  host.files[folder + "type"] = std::string(type) + "\n";
  host.files[folder + "size"] = std::string(size) + "\n";
  host.files[folder + "shared_cpu_list"] = sharers + "\n";
}

// Two sockets of one core with two threads each; the numbers of cores repeat.
test::FakeHost two_sockets() {
  test::FakeHost host;
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string folder = kCpuFolders + "/cpu" + std::to_string(cpu) + "/topology/";
    const std::string siblings = cpu % 2 == 0 ? "0,2" : "1,3";
    host.files[folder + "physical_package_id"] = cpu % 2 == 0 ? "0\n" : "1\n";
    host.files[folder + "core_id"] = "0\n";
    host.files[folder + "thread_siblings_list"] = siblings + "\n";
    add_cache(host, cpu, 0, "1", "Data", "32K", siblings);
    add_cache(host, cpu, 1, "1", "Instruction", "32K", siblings);
    add_cache(host, cpu, 2, "2", "Unified", "1M", siblings);
  }
  host.files[kCpuFolders + "/online"] = "0-3\n";
  host.folders.insert(kCpuFolders + "/cpufreq");
  host.folders.insert(kCpuFolders + "/cpuidle");
  host.files["/sys/devices/system/node/node0/meminfo"] =
      "Node 0 MemTotal:       16384 kB\nNode 0 MemFree: 1 kB\n";
  host.files["/sys/devices/system/node/node0/cpulist"] = "0,2\n";
  host.files["/sys/devices/system/node/node1/cpulist"] = "1,3\n";
  return host;
}

TEST(SysfsTopology, TwoSocketsWithTwoThreadsEach) {
  const auto facts = read_sysfs_topology(two_sockets());
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->packages, 2);
  EXPECT_EQ(facts->cores, 2);
  EXPECT_EQ(facts->threads.size(), 4u);
  ASSERT_EQ(facts->caches.size(), 3u);
  EXPECT_EQ(facts->caches[0].type, "data");
  EXPECT_EQ(facts->caches[1].type, "instruction");
  EXPECT_EQ(facts->caches[2].bytes, kMiB);
  EXPECT_EQ(facts->caches[2].count, 2);
  EXPECT_EQ(facts->last_level_bytes, 2 * kMiB);
  ASSERT_EQ(facts->nodes.size(), 2u);
  EXPECT_EQ(facts->nodes[0].bytes.value_or(0), 16 * kMiB);
  EXPECT_EQ(facts->nodes[0].cpus, 2);
  EXPECT_FALSE(facts->nodes[1].bytes);
}

TEST(SysfsTopology, ProcessorsThatAreOffDoNotCount) {
  test::FakeHost host = two_sockets();
  host.files[kCpuFolders + "/online"] = "0,2\n";
  const auto facts = read_sysfs_topology(host);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->threads.size(), 2u);
  EXPECT_EQ(facts->cores, 1);
  EXPECT_EQ(facts->packages, 1);
}

TEST(SysfsTopology, FoldersWithoutFilesNameNoCores) {
  test::FakeHost host;
  host.folders.insert(kCpuFolders + "/cpu0");
  host.folders.insert(kCpuFolders + "/cpu1");
  const auto facts = read_sysfs_topology(host);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->threads.size(), 2u);
  EXPECT_EQ(facts->cores, 0);
  EXPECT_FALSE(facts->last_level_bytes);
  EXPECT_FALSE(read_sysfs_topology(test::FakeHost{}).ok());
}

TEST(SysfsTopology, CpuinfoAlone) {
  test::FakeHost host;
  host.files["/proc/cpuinfo"] =
      "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 1\nphysical id : 0\n"
      "core id : 1\n\nprocessor : 2\nphysical id : 1\ncore id : 0\n\nprocessor : 3\n"
      "physical id : 0\ncore id : 0\n";
  auto facts = read_cpuinfo_topology(host);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->threads.size(), 4u);
  EXPECT_EQ(facts->cores, 3);
  EXPECT_EQ(facts->packages, 2);
  EXPECT_EQ(facts->threads[0].core, facts->threads[3].core);
  // s390 puts each processor into one line; a Raspberry Pi of 2012 has no such line.
  host.files["/proc/cpuinfo"] =
      "vendor_id : IBM/S390\n# processors : 2\nprocessor 0: version = 00, machine = 2817\n"
      "processor 1: version = 00, machine = 2817\n";
  facts = read_cpuinfo_topology(host);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->threads.size(), 2u);
  EXPECT_EQ(facts->cores, 0);
  host.files["/proc/cpuinfo"] = "Processor : ARMv6-compatible processor\nBogoMIPS : 697.95\n";
  facts = read_cpuinfo_topology(host);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->threads.size(), 1u);
  host.files["/proc/cpuinfo"] = "rubbish\n";
  EXPECT_FALSE(read_cpuinfo_topology(host).ok());
}

TEST(SysfsTopology, KindsByTheKernelsNames) {
  test::FakeHost host;
  EXPECT_TRUE(read_sysfs_kinds(host, {{0, 0}, {1, 1}}).empty());
  host.files["/sys/devices/cpu_core/cpus"] = "0-3\n";
  host.files["/sys/devices/cpu_atom/cpus"] = "4-7\n";
  auto kinds = read_sysfs_kinds(host, {{0, 0}});
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[1].core_type, "IntelAtom");
  EXPECT_EQ(kinds[1].threads, (std::vector<std::int64_t>{4, 5, 6, 7}));
  test::FakeHost phone;
  phone.files[kCpuFolders + "/cpu0/cpu_capacity"] = "414\n";
  phone.files[kCpuFolders + "/cpu1/cpu_capacity"] = "1024\n";
  kinds = read_sysfs_kinds(phone, {{0, 0}, {1, 1}});
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[0].capacity, 414);
  EXPECT_EQ(kinds[1].threads, std::vector<std::int64_t>{1});
}

}  // namespace
}  // namespace weighin
