// Are the counts of a topology read out of hwloc's XML, and is bad XML refused?
#include "probes/cpu/hwloc_xml.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

// Two packages of unlike build, with what hwloc writes around it cut away.
constexpr const char* kSmall = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0x0000000f">
    <info name="HostName" value="-"/>
    <object type="Package" os_index="0" cpuset="0x00000007">
      <object type="NUMANode" os_index="0" cpuset="0x00000007" local_memory="4096000">
        <page_type size="4096" count="1000"/>
      </object>
      <object type="NUMANode" os_index="4" cpuset="0x00000007" subtype="GPUMemory" local_memory="9"/>
      <object type="L3Cache" cache_size="4194304" depth="3" cache_type="0">
        <object type="L2Cache" cache_size="1048576" depth="2" cache_type="0">
          <object type="L1Cache" cache_size="32768" depth="1" cache_type="1">
            <object type="L1iCache" cache_size="65536" depth="1" cache_type="2">
              <object type="Core" os_index="0">
                <object type="PU" os_index="0" cpuset="0x00000001"/>
                <object type="PU" os_index="2" cpuset="0x00000004"/>
              </object>
            </object>
          </object>
        </object>
      </object>
      <object type="L2Cache" cache_size="524288" depth="2" cache_type="0">
        <object type="Core" os_index="1"><object type="PU" os_index="1"/></object>
      </object>
    </object>
    <object type="Package" os_index="1" cpuset="0x00000008">
      <object type="NUMANode" os_index="1" cpuset="0x00000008"/>
      <object type="Core" os_index="0"><object type="PU" os_index="3"/></object>
    </object>
  </object>
  <cpukind cpuset="0x00000005" forced_efficiency="-1">
    <info name="CoreType" value="IntelCore"/>
    <info name="FrequencyMaxMHz" value="4800"/>
  </cpukind>
  <cpukind cpuset="0x0000000a" forced_efficiency="2"><info name="LinuxCapacity" value="512"/></cpukind>
  <info name="FrequencyMaxMHz" value="1"/>
</topology>
)";

TEST(HwlocXml, CountsOfASmallMachine) {
  const auto facts = read_hwloc_xml(kSmall);
  ASSERT_TRUE(facts.ok()) << to_text(facts.error());
  EXPECT_EQ(facts->packages, 2);
  EXPECT_EQ(facts->cores, 3);
  ASSERT_EQ(facts->threads.size(), 4u);
  EXPECT_EQ(facts->threads[1].index, 2);
  EXPECT_EQ(facts->threads[0].core, facts->threads[1].core);
  EXPECT_NE(facts->threads[1].core, facts->threads[2].core);
  ASSERT_EQ(facts->caches.size(), 5u);
  EXPECT_EQ(facts->caches[0].type, "data");
  EXPECT_EQ(facts->caches[1].type, "instruction");
  EXPECT_EQ(facts->caches[4].level, 3);
  EXPECT_EQ(facts->caches[4].bytes, 4 * kMiB);
}

TEST(HwlocXml, TheLastLevelIsTheOutermostCacheOfEachCore) {
  const auto facts = read_hwloc_xml(kSmall);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->last_level_bytes, 4 * kMiB + 512 * kKiB);
}

TEST(HwlocXml, NodesButNotThoseOfGpus) {
  const auto facts = read_hwloc_xml(kSmall);
  ASSERT_TRUE(facts.ok());
  ASSERT_EQ(facts->nodes.size(), 2u);
  EXPECT_EQ(facts->nodes[0].bytes.value_or(0), 4096000);
  EXPECT_EQ(facts->nodes[0].cpus, 3);
  EXPECT_FALSE(facts->nodes[1].bytes);  // not told is not 0
  EXPECT_FALSE(facts->nodes[1].bytes.why.empty());
}

TEST(HwlocXml, KindsOfCores) {
  const auto facts = read_hwloc_xml(kSmall);
  ASSERT_TRUE(facts.ok());
  ASSERT_EQ(facts->kinds.size(), 2u);
  EXPECT_EQ(facts->kinds[0].core_type, "IntelCore");
  EXPECT_EQ(facts->kinds[0].threads, (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(facts->kinds[0].max_hertz, 4.8e9);
  EXPECT_FALSE(facts->kinds[0].efficiency);
  EXPECT_EQ(facts->kinds[1].efficiency, 2);
  EXPECT_EQ(facts->kinds[1].capacity, 512);
  EXPECT_FALSE(facts->kinds[1].max_hertz);
}

TEST(HwlocXml, SetsOfManyWords) {
  const auto facts = read_hwloc_xml(
      R"(<topology><object type="NUMANode" os_index="0" cpuset="0x0000ffff,,,,,,0x0000ffff"/>)"
      R"(<object type="NUMANode" os_index="1" cpuset="0xf...f"/>)"
      R"(<object type="PU" os_index="192"/></topology>)");
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->nodes[0].cpus, 32);
  EXPECT_EQ(facts->nodes[1].cpus, 0);
}

TEST(HwlocXml, WhatIsNoTopologyIsRefusedWithItsPlace) {
  const auto refused = [](const std::string& text) {
    const auto facts = read_hwloc_xml(text);
    return facts.ok() ? std::string("read") : facts.error().what;
  };
  EXPECT_NE(refused("").find("not a topology"), std::string::npos);
  EXPECT_NE(refused("rubbish").find("not a topology"), std::string::npos);
  EXPECT_NE(refused("<svg></svg>").find("not a topology"), std::string::npos);
  EXPECT_NE(refused("<topology></topology>").find("no logical processor"), std::string::npos);
  EXPECT_NE(refused("<topology><object type=\"PU\" os_index=\"0\"/>").find("ends too early"),
            std::string::npos);
  EXPECT_NE(refused("<topology></topology></topology>").find("closed"), std::string::npos);
  EXPECT_NE(refused("<topology><object type=\"PU\" os_index=\"-1\"/></topology>").find("number"),
            std::string::npos);
  EXPECT_NE(refused("<topology><object type=\"L2Cache\" depth=\"99\"/></topology>").find("level"),
            std::string::npos);
  std::string deep = "<topology>";
  for (int i = 0; i < 600; ++i) deep += "<object type=\"Group\">";
  EXPECT_NE(refused(deep).find("too deeply"), std::string::npos);
  EXPECT_FALSE(read_hwloc_xml(deep).error().where.empty());
}

TEST(HwlocXml, SumsThatDoNotFitAreRefused) {
  std::string text = "<topology>";
  for (int i = 0; i < 3; ++i) {
    text += R"(<object type="L2Cache" depth="2" cache_type="0" cache_size="9000000000000000000"/>)";
  }
  const auto facts = read_hwloc_xml(text + "<object type=\"PU\" os_index=\"0\"/></topology>");
  EXPECT_FALSE(facts.ok());
}

}  // namespace
}  // namespace weighin
