// Does hwloc answer for this machine, for a recorded answer and for a recorded file system?
#include "probes/cpu/hwloc_ask.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "probes/cpu/hwloc_xml.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

TEST(HwlocAsk, ThisMachine) {
  const auto host = live_host();
  const auto xml = ask_hwloc(*host);
  ASSERT_TRUE(xml.ok()) << to_text(xml.error());
  const auto facts = read_hwloc_xml(*xml);
  ASSERT_TRUE(facts.ok()) << to_text(facts.error());
  EXPECT_GE(facts->threads.size(), 1u);
  EXPECT_EQ(xml->find("PCIDev"), std::string::npos);
}

TEST(HwlocAsk, ARecordedAnswerIsTakenAsItIs) {
  test::FakeHost host;
  host.answers["hwloc.xml"] = "<topology/>";
  const auto xml = ask_hwloc(host);
  ASSERT_TRUE(xml.ok());
  EXPECT_EQ(*xml, "<topology/>");
  EXPECT_FALSE(ask_hwloc(test::FakeHost{}).ok());
}

TEST(HwlocAsk, PluginsAreSeenBeforeTheyAreLoaded) {
  test::FakeHost host;
  EXPECT_FALSE(hwloc_loads_plugins(host, {"/usr/lib/hwloc"}));
  host.files["/usr/lib/hwloc/readme"] = "";
  EXPECT_FALSE(hwloc_loads_plugins(host, {"/usr/lib/hwloc"}));
  host.files["/usr/lib/hwloc/hwloc_opencl.so"] = "";
  EXPECT_TRUE(hwloc_loads_plugins(host, {"/nowhere", "/usr/lib/hwloc"}));
  host.variables["HWLOC_PLUGINS_PATH"] = "/nonexistent";
  EXPECT_FALSE(hwloc_loads_plugins(host, {"/usr/lib/hwloc"}));
}

TEST(HwlocAsk, AFolderIsReadByHwlocItself) {
  const test::TemporaryFolder folder;
  for (const char* cpu : {"0", "1"}) {
    const std::string at = std::string("sys/devices/system/cpu/cpu") + cpu + "/topology/";
    folder.write(at + "physical_package_id", "0\n");
    folder.write(at + "core_id", std::string(cpu) + "\n");
    folder.write(at + "core_siblings", "00000003\n");
    folder.write(at + "thread_siblings", cpu[0] == '0' ? "00000001\n" : "00000002\n");
  }
  folder.write("sys/devices/system/cpu/online", "0-1\n");
  folder.write("proc/meminfo", "MemTotal: 1024 kB\n");
  const auto host = recorded_host(folder.path().string());
  ASSERT_TRUE(host.ok()) << to_text(host.error());
  unsetenv("HWLOC_FSROOT");
  setenv("HWLOC_HIDE_ERRORS", "1", 1);
  const auto xml = ask_hwloc(**host);
  ASSERT_TRUE(xml.ok()) << to_text(xml.error());
  const auto facts = read_hwloc_xml(*xml);
  ASSERT_TRUE(facts.ok()) << to_text(facts.error());
  EXPECT_EQ(facts->threads.size(), 2u);
  EXPECT_EQ(facts->cores, 2);
  EXPECT_EQ(facts->packages, 1);
  // The environment is as before.
  EXPECT_EQ(getenv("HWLOC_FSROOT"), nullptr);
  EXPECT_STREQ(getenv("HWLOC_HIDE_ERRORS"), "1");
}

TEST(HwlocAsk, AFolderWithoutProcessorsIsNotAsked) {
  const test::TemporaryFolder folder;
  folder.write("proc/meminfo", "MemTotal: 1024 kB\n");
  const auto host = recorded_host(folder.path().string());
  ASSERT_TRUE(host.ok());
  EXPECT_FALSE(ask_hwloc(**host).ok());
}

}  // namespace
}  // namespace weighin
