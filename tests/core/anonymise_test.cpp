// Does everything go that names an owner, and does everything stay that a replay needs?
#include "core/anonymise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using testing::HasSubstr;
using testing::Not;

Identity anna() {
  return Identity{{"annas-laptop", "0123456789abcdef0123456789abcdef", "anna"}, "/home/anna"};
}

std::string text(std::string_view path, std::string_view content) {
  return anonymise_text(anna(), path, content);
}

TEST(Anonymise, IdentityComesFromTheUsualPlaces) {
  FakeHost host;
  host.variables = {{"USER", "anna"}, {"HOME", "/home/anna.b/"}, {"LOGNAME", "root"}};
  host.files["/proc/sys/kernel/hostname"] = "lab7.example.com\n";
  host.files["/etc/machine-id"] = "0123456789abcdef0123456789abcdef\n";
  host.files["/sys/class/dmi/id/product_serial"] = "PF1ABCDE\n";
  host.files["/sys/class/dmi/id/board_serial"] = "0\n";
  const Identity who = identity_of(host);
  EXPECT_EQ(who.home, "/home/anna.b");
  EXPECT_THAT(who.words,
              testing::UnorderedElementsAre("anna", "anna.b", "lab7.example.com", "lab7",
                                            "0123456789abcdef0123456789abcdef", "PF1ABCDE"));
  EXPECT_GE(who.words.front().size(), who.words.back().size());
}

TEST(Anonymise, CommonNamesDoNotSpoilTheText) {
  FakeHost host;
  host.variables = {{"USER", "root"}, {"HOME", "/root"}};
  host.files["/proc/sys/kernel/hostname"] = "vm\n";
  const Identity who = identity_of(host);
  const std::string mounts = "27 1 254:0 / / rw - ext4 /dev/root rw\n";
  EXPECT_EQ(anonymise_text(who, "/proc/self/mountinfo", mounts), mounts);
  EXPECT_EQ(anonymise_path(who, "/root/.cache"), "/root/.cache");
}

TEST(Anonymise, WordsGoOnlyWhereTheyStandAlone) {
  EXPECT_EQ(text("/proc/x", "anna annas-laptop hannah anna/x anna_b"), "- - hannah -/x anna_b");
}

TEST(Anonymise, WholeFilesOfIdentity) {
  for (const char* path :
       {"/proc/sys/kernel/hostname", "/etc/hostname", "/etc/machine-id",
        "/sys/class/net/eth0/address", "/sys/class/power_supply/BAT0/serial_number",
        "/sys/class/dmi/id/product_uuid", "/sys/class/dmi/id/board_serial",
        "/proc/sys/kernel/random/boot_id", "/sys/class/drm/card0/device/unique_id"}) {
    EXPECT_EQ(text(path, "anything 123\n"), "-\n") << path;
  }
  EXPECT_EQ(text("/sys/class/dmi/id/product_name", "20Q0\n"), "20Q0\n");
}

TEST(Anonymise, MacAddressesGoAndPciAddressesStay) {
  EXPECT_EQ(text("a", "at 00:16:3e:aa:bb:cc, 0000:01:00.0"), "at -, 0000:01:00.0");
  EXPECT_EQ(text("a", "80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0e:10:b1"), "-");
  EXPECT_EQ(text("a", "1:00:16:3e:aa:bb:cc"), "1:00:16:3e:aa:bb:cc");
  EXPECT_EQ(text("a", "00:11:22:33:44"), "00:11:22:33:44");
}

TEST(Anonymise, UuidsGoFromBootLinesAndMounts) {
  const std::string line = "root=UUID=6d1e6b2c-0d5f-4f0e-9a1b-0123456789ab ro";
  EXPECT_EQ(text("/proc/cmdline", line), "root=UUID=- ro");
  EXPECT_EQ(text("vulkan.json", "\"uuid\": \"6d1e6b2c-0d5f-4f0e-9a1b-0123456789ab\""),
            "\"uuid\": \"6d1e6b2c-0d5f-4f0e-9a1b-0123456789ab\"");
}

TEST(Anonymise, SerialLinesInfosAndMembers) {
  EXPECT_EQ(text("/proc/cpuinfo", "Hardware\t: BCM2835\nSerial\t\t: 00000000deadbeef\n"),
            "Hardware\t: BCM2835\nSerial\t\t: -\n");
  EXPECT_EQ(text("hwloc.xml", "<info name=\"DMIProductSerial\" value=\"PF1\"/>"),
            "<info name=\"DMIProductSerial\" value=\"-\"/>");
  EXPECT_EQ(text("hwloc.xml",
                 "<info name=\"HostName\" value=\"box\"/> <info name=\"OSName\" value=\"Linux\"/>"),
            "<info name=\"HostName\" value=\"-\"/> <info name=\"OSName\" value=\"Linux\"/>");
  EXPECT_EQ(text("system.json", "{\"nodename\": \"box\", \"release\": \"6.1\"}"),
            "{\"nodename\": \"-\", \"release\": \"6.1\"}");
}

TEST(Anonymise, NetworkMountsLoseTheirServers) {
  EXPECT_EQ(
      text("/proc/self/mountinfo",
           "50 27 0:40 / /home/bert/nas rw - nfs4 10.0.0.7:/vol rw,addr=10.0.0.7\n"
           "51 27 0:41 / /mnt/c ro - 9p drvfs ro,trans=fd\n27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"),
      "50 27 0:40 / /home/-/nas rw - nfs4 - rw\n51 27 0:41 / /mnt/c ro - 9p - ro\n"
      "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
}

TEST(Anonymise, PathsOfTheKernelStayAndPathsOfPeopleChange) {
  Identity who = anna();
  who.words.push_back("meminfo");  // a host may be called anything
  EXPECT_EQ(anonymise_path(who, "/proc/meminfo"), "/proc/meminfo");
  EXPECT_EQ(anonymise_path(who, "/home/anna/models"), "/home/-/models");
  EXPECT_EQ(anonymise_path(who, "/sys/fs/cgroup/anna/memory.max"), "/sys/fs/cgroup/-/memory.max");
  EXPECT_EQ(anonymise_path(who, "/home/annabel/x"), "/home/-/x");
}

TEST(Anonymise, CgroupPathAndFilePathChangeAlike) {
  const std::string group = text("/proc/self/cgroup", "0::/anna/job\n");
  EXPECT_EQ(group, "0::/-/job\n");
  EXPECT_EQ(anonymise_path(anna(), "/sys/fs/cgroup/anna/job/memory.max"),
            "/sys/fs/cgroup/-/job/memory.max");
}

TEST(Anonymise, RubbishIsSurvived) {
  const std::string rubbish = "\"\"\"\0:\xff serial:\n - \n<info name=\"user\"";
  EXPECT_THAT(text("/proc/self/mountinfo", rubbish), Not(HasSubstr("anna")));
  EXPECT_EQ(text("x", ""), "");
}

}  // namespace
}  // namespace weighin
