// Does a folder answer as the machine did that it was taken from?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

using test::TemporaryFolder;

std::unique_ptr<Host> open_recording(const TemporaryFolder& folder) {
  auto host = recorded_host(folder.path().string());
  EXPECT_TRUE(host.ok()) << host.error().what;
  return host ? std::move(*host) : nullptr;
}

TEST(RecordedHost, AnswersFromAllItsParts) {
  TemporaryFolder folder;
  folder.write("root/proc/meminfo", "MemTotal: 1 kB\n");
  folder.write("root/proc/self/cgroup", "0::/\n");
  folder.write("answers/statfs/models", "{}");
  folder.write("cpuid.txt", "7 0 0 1 2 3\nxcr0 e7\n");
  folder.write("environment.txt", "HOME=/home/-\n");
  folder.write("failures.txt",
               "read /proc/secret\tPermission denied\nask vulkan.json\tno loader\n");
  const auto host = open_recording(folder);
  EXPECT_FALSE(host->live());
  EXPECT_EQ(host->name(), folder.path().filename().string());
  EXPECT_EQ(host->root(), std::filesystem::canonical(folder.path() / "root").string());
  EXPECT_EQ(*host->read_file("/proc/meminfo"), "MemTotal: 1 kB\n");
  EXPECT_THAT(*host->list_directory("/proc"), testing::ElementsAre("meminfo", "self"));
  EXPECT_EQ(*host->ask("statfs/models", nullptr), "{}");
  EXPECT_EQ(*host->environment("HOME"), "/home/-");
  EXPECT_EQ(host->environment("USER"), std::nullopt);
  EXPECT_EQ(*host->cpuid(7, 0), (CpuidRegisters{0, 1, 2, 3}));
  EXPECT_FALSE(host->cpuid(7, 1).has_value());
  EXPECT_EQ(host->xcr0(), 0xe7u);
  EXPECT_EQ(host->read_file("/proc/secret").error().what,
            "cannot read /proc/secret: Permission denied");
  EXPECT_EQ(host->read_file("/proc/none").error().what,
            "cannot read /proc/none: No such file or directory");
  EXPECT_EQ(host->ask("vulkan.json", nullptr).error().what, "no loader");
  EXPECT_EQ(host->ask("other", nullptr).error().what, "cannot ask other: not recorded");
}

TEST(RecordedHost, NeverCallsTheProducerAndRunsNothing) {
  TemporaryFolder folder;
  folder.write("root/proc/meminfo", "");
  const auto host = open_recording(folder);
  bool called = false;
  EXPECT_FALSE(host->ask("x",
                         [&] {
                           called = true;
                           return Result<std::string>(std::string());
                         })
                   .ok());
  EXPECT_FALSE(called);
  ChildRequest request;
  request.program = "/bin/true";
  EXPECT_EQ(host->run_child(request).end, ChildEnd::not_started);
  EXPECT_EQ(host->run_children({request, request}).size(), 2u);
}

TEST(RecordedHost, BareRootsAndHwlocFoldersAreTaken) {
  TemporaryFolder bare;
  bare.write("sys/devices/x", "1");
  EXPECT_EQ(*open_recording(bare)->read_file("/sys/devices/x"), "1");
  TemporaryFolder hwloc;
  hwloc.write("fsroot/proc/meminfo", "m");
  hwloc.write("cpuid/pu0", "1 0 0 0 0 => 10 1 2 3\n");
  const auto both = open_recording(hwloc);
  EXPECT_EQ(*both->read_file("/proc/meminfo"), "m");
  EXPECT_EQ(both->cpuid(0, 0)->eax, 0x10u);
  TemporaryFolder dump;
  dump.write("pu0", "1 0 0 0 0 => 10 1 2 3\n");
  const auto alone = open_recording(dump);
  EXPECT_EQ(alone->cpuid(0, 0)->ebx, 1u);
  EXPECT_EQ(alone->root(), "");
  EXPECT_EQ(alone->read_file("/proc/meminfo").error().what,
            "cannot read /proc/meminfo: not recorded");
  EXPECT_FALSE(alone->list_directory("/proc").ok());
  EXPECT_FALSE(alone->read_link("/proc/self").ok());
}

TEST(RecordedHost, LinksCannotLeadOut) {
  TemporaryFolder outside;
  outside.write("secret", "secret");
  TemporaryFolder folder;
  folder.write("root/proc/meminfo", "");
  std::filesystem::create_symlink(outside.path() / "secret", folder.path() / "root/proc/leak");
  std::filesystem::create_symlink(outside.path(), folder.path() / "root/up");
  std::filesystem::create_symlink("../../../../etc/os-release", folder.path() / "root/proc/os");
  std::filesystem::create_symlink(outside.path(), folder.path() / "answers");
  const auto host = open_recording(folder);
  EXPECT_FALSE(host->read_file("/proc/leak").ok());
  EXPECT_FALSE(host->read_file("/up/secret").ok());
  EXPECT_FALSE(host->read_file("/proc/os").ok());
  EXPECT_FALSE(host->read_file("/../../../../../../etc/os-release").ok());
  EXPECT_FALSE(host->list_directory("/up").ok());
  EXPECT_FALSE(host->ask("secret", nullptr).ok());
}

TEST(RecordedHost, WhatIsNoRecordingIsAnErrorOfItsKind) {
  EXPECT_EQ(recorded_host("/nonexistent").error().kind, ErrorKind::no_input);
  EXPECT_EQ(recorded_host("/proc/version").error().kind, ErrorKind::no_input);
  TemporaryFolder empty;
  EXPECT_EQ(recorded_host(empty.path().string()).error().kind, ErrorKind::data);
  TemporaryFolder broken;
  broken.write("root/proc/meminfo", "");
  broken.write("cpuid.txt", "rubbish\n");
  const auto host = recorded_host(broken.path().string());
  ASSERT_FALSE(host.ok());
  EXPECT_EQ(host.error().kind, ErrorKind::data);
  EXPECT_THAT(host.error().where, testing::EndsWith("cpuid.txt:1"));
}

}  // namespace
}  // namespace weighin
