// Are sockets, cores, threads, caches and nodes found, from whichever source there is?
#include <gtest/gtest.h>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe topology_probe;
namespace {

Cpu topology_of(const Host& host) {
  DeviceProfile profile;
  topology_probe.run(host, {}, profile);
  return profile.cpu;
}

constexpr const char* kHybrid = R"(<topology version="2.0"><object type="Machine">
<object type="Package"><object type="NUMANode" os_index="0" cpuset="0x7" local_memory="1000"/>
<object type="L3Cache" depth="3" cache_type="0" cache_size="12582912">
<object type="Core"><object type="PU" os_index="0"/><object type="PU" os_index="1"/></object>
<object type="Core"><object type="PU" os_index="2"/></object>
</object></object></object>
<cpukind cpuset="0x00000004"><info name="FrequencyMaxMHz" value="3600"/></cpukind>
<cpukind cpuset="0x00000003"><info name="FrequencyMaxMHz" value="4700"/></cpukind></topology>)";

TEST(Topology, AHybridProcessorFromHwlocsAnswer) {
  test::FakeHost host;
  host.answers["hwloc.xml"] = kHybrid;
  host.files["/sys/devices/cpu_core/cpus"] = "0-1\n";
  host.files["/sys/devices/cpu_atom/cpus"] = "2\n";
  const Cpu cpu = topology_of(host);
  EXPECT_EQ(cpu.sockets.value_or(0), 1);
  EXPECT_EQ(cpu.physical_cores.value_or(0), 2);
  EXPECT_EQ(cpu.logical_cores.value_or(0), 3);
  EXPECT_EQ(cpu.physical_cores.source, "hwloc");
  EXPECT_EQ(cpu.last_level_cache_bytes.value_or(0), 12 * kMiB);
  ASSERT_EQ(cpu.core_kinds.size(), 2u);
  EXPECT_EQ(cpu.core_kinds[0].kind, "performance");
  EXPECT_EQ(cpu.core_kinds[0].threads, 2);
  EXPECT_EQ(cpu.core_kinds[0].max_hertz.value_or(0), 4.7e9);
  EXPECT_EQ(cpu.core_kinds[1].kind, "efficiency");
  EXPECT_EQ(cpu.core_kinds[1].cores, 1);
  ASSERT_EQ(cpu.numa_nodes.size(), 1u);
  EXPECT_EQ(cpu.numa_nodes[0].cpus, 3);
}

TEST(Topology, ANodeOfMemoryAloneHasNoProcessors) {
  test::FakeHost host;
  host.answers["hwloc.xml"] = kHybrid;
  host.files["/sys/devices/system/node/node0/cpulist"] = "\n";
  EXPECT_EQ(topology_of(host).numa_nodes.at(0).cpus, 0);
}

TEST(Topology, MemoryWithNodesOfItsOwnLeavesTheProcessorsNodesOut) {
  test::FakeHost host;
  host.answers["hwloc.xml"] =
      R"(<topology><object type="NUMANode" os_index="0" cpuset="0x3"/><object type="NUMANode" )"
      R"(os_index="1" cpuset="0x3" local_memory="4096"/><object type="PU" os_index="0"/></topology>)";
  const std::string nodes = "/sys/devices/system/node/node";
  host.files[nodes + "0/cpumap"] = "00000000,00000003\n";
  host.files[nodes + "1/cpumap"] = "00000000,00000000\n";
  const Cpu apart = topology_of(host);
  ASSERT_EQ(apart.numa_nodes.size(), 1u);
  EXPECT_EQ(apart.numa_nodes[0].index, 1);
  EXPECT_EQ(apart.numa_nodes[0].cpus, 0);
  // A socket whose slots are empty, beside one with memory, stays.
  host.files[nodes + "1/cpumap"] = "00000000,0000000c\n";
  EXPECT_EQ(topology_of(host).numa_nodes.size(), 2u);
}

TEST(Topology, TheKernelsFilesWhereHwlocIsSilent) {
  test::FakeHost host;
  for (const char* cpu : {"0", "1"}) {
    const std::string folder = std::string("/sys/devices/system/cpu/cpu") + cpu + "/topology/";
    host.files[folder + "physical_package_id"] = "0\n";
    host.files[folder + "core_cpus_list"] = std::string(cpu) + "\n";
  }
  const Cpu cpu = topology_of(host);
  EXPECT_EQ(cpu.physical_cores.value_or(0), 2);
  EXPECT_EQ(cpu.physical_cores.source, "/sys/devices/system/cpu");
  EXPECT_NE(cpu.logical_cores.why.find("hwloc"), std::string::npos);
  EXPECT_FALSE(cpu.last_level_cache_bytes);
}

TEST(Topology, BrokenXmlCostsNothingButItself) {
  test::FakeHost host;
  host.answers["hwloc.xml"] = "<topology><object type=\"PU\" os_index=\"0\"";
  host.files["/proc/cpuinfo"] = "processor : 0\n\nprocessor : 1\n";
  const Cpu cpu = topology_of(host);
  EXPECT_EQ(cpu.logical_cores.value_or(0), 2);
  EXPECT_EQ(cpu.logical_cores.source, "/proc/cpuinfo");
  EXPECT_NE(cpu.logical_cores.why.find("XML"), std::string::npos);
  // Nobody says which threads share a core: taken for granted, and said so.
  EXPECT_EQ(cpu.physical_cores.value_or(0), 2);
  EXPECT_EQ(cpu.physical_cores.known_by, KnownBy::assumed);
  EXPECT_EQ(cpu.sockets.known_by, KnownBy::assumed);
}

TEST(Topology, APhoneByItsDesigns) {
  test::FakeHost host;
  std::string text;
  for (int cpu = 0; cpu < 6; ++cpu) {
    text += "processor\t: " + std::to_string(cpu) +
            "\nCPU implementer\t: 0x41\nCPU part\t: " + (cpu < 4 ? "0xd03" : "0xd08") + "\n\n";
  }
  host.files["/proc/cpuinfo"] = text;
  const Cpu cpu = topology_of(host);
  ASSERT_EQ(cpu.core_kinds.size(), 2u);
  EXPECT_EQ(cpu.core_kinds[0].kind, "performance");
  EXPECT_EQ(cpu.core_kinds[0].cores, 2);
  EXPECT_EQ(cpu.core_kinds[1].cores, 4);
}

TEST(Topology, NothingIsUnknownAndSaysWhy) {
  const Cpu cpu = topology_of(test::FakeHost{});
  EXPECT_FALSE(cpu.sockets);
  EXPECT_FALSE(cpu.physical_cores);
  EXPECT_FALSE(cpu.logical_cores);
  EXPECT_FALSE(cpu.last_level_cache_bytes);
  EXPECT_NE(cpu.physical_cores.why.find("hwloc"), std::string::npos);
  EXPECT_NE(cpu.physical_cores.why.find("/proc/cpuinfo"), std::string::npos);
}

TEST(Topology, ThisMachineAsTheKernelCountsIt) {
  const auto host = live_host();
  const Cpu cpu = topology_of(*host);
  ASSERT_TRUE(cpu.logical_cores) << cpu.logical_cores.why;
  const auto text = host->read_file("/proc/cpuinfo");
  if (!text) GTEST_SKIP() << "this machine has no /proc/cpuinfo";
  std::int64_t processors = 0;
  for (std::size_t at = 0; (at = text->find("processor\t:", at)) != std::string::npos; ++at) {
    ++processors;
  }
  if (processors == 0) GTEST_SKIP() << "/proc/cpuinfo counts no processors here";
  EXPECT_EQ(*cpu.logical_cores, processors);
  EXPECT_LE(*cpu.physical_cores, *cpu.logical_cores);
  std::int64_t cores = 0;
  for (const CoreKind& kind : cpu.core_kinds) cores += kind.cores;
  EXPECT_EQ(cores, *cpu.physical_cores);
}

}  // namespace
}  // namespace weighin
