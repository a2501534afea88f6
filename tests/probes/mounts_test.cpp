// Are mount tables read, and is the mount found that a path lies on?
#include "probes/read/mounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

constexpr const char* kTable =
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
    "30 27 0:40 /@home /home rw shared:5 master:1 - btrfs /dev/nvme0n1p2 rw,subvol=/@home\n"
    "31 30 0:41 / /home/a\\040b/n\\134s ro,nosuid - nfs4 server:/x rw\n"
    "32 27 0:42 / /home rw - tmpfs tmpfs rw\n";

TEST(Mounts, MountinfoIsRead) {
  const auto mounts = read_mountinfo(kTable);
  ASSERT_EQ(mounts.size(), 4u);
  EXPECT_EQ(mounts[0].device, "254:0");
  EXPECT_EQ(mounts[1].root, "/@home");
  EXPECT_EQ(mounts[1].source, "/dev/nvme0n1p2");
  EXPECT_EQ(mounts[1].super_options, "rw,subvol=/@home");
  EXPECT_EQ(mounts[2].point, "/home/a b/n\\s");
  EXPECT_EQ(mounts[2].options, "ro,nosuid");
  EXPECT_EQ(mounts[2].type, "nfs4");
}

TEST(Mounts, BrokenLinesAreLeftOut) {
  EXPECT_TRUE(read_mountinfo("").empty());
  EXPECT_TRUE(read_mountinfo("1 0 8:1 / / rw,noatime shared:1 -\n").empty());
  EXPECT_TRUE(read_mountinfo("1 0 8:1 - ext4 /dev/sda1 rw\n").empty());
  EXPECT_TRUE(read_mountinfo("1 0 8:1 / / rw ext4 /dev/sda1 rw\n").empty());
  const auto cut = read_mountinfo("1 0 8:1 / /a\\04 rw - ext4 /dev/sda1\n");
  ASSERT_EQ(cut.size(), 1u) << "super options may be cut off";
  EXPECT_EQ(cut[0].point, "/a\\04");
  EXPECT_EQ(cut[0].super_options, "");
}

TEST(Mounts, TheOlderTableIsTakenWhereTheNewerIsMissing) {
  test::FakeHost host;
  EXPECT_FALSE(mounts_of(host).ok());
  host.files["/proc/mounts"] = "none /dev/cpuset cpuset rw 0 0\nshort line\n";
  const auto mounts = mounts_of(host);
  ASSERT_TRUE(mounts.ok());
  ASSERT_EQ(mounts->size(), 1u);
  EXPECT_EQ((*mounts)[0].type, "cpuset");
  EXPECT_EQ((*mounts)[0].root, "/");
  host.files["/proc/self/mountinfo"] = kTable;
  EXPECT_EQ(mounts_of(host)->size(), 4u);
}

TEST(Mounts, TheLongestAndLastCounts) {
  const auto mounts = read_mountinfo(kTable);
  EXPECT_EQ(mount_at(mounts, "/")->type, "ext4");
  EXPECT_EQ(mount_at(mounts, "/homework")->type, "ext4");
  EXPECT_EQ(mount_at(mounts, "/home")->type, "tmpfs") << "mounted over btrfs";
  EXPECT_EQ(mount_at(mounts, "/home/a b/n\\s/x")->type, "nfs4");
  EXPECT_EQ(mount_at({}, "/"), nullptr);
}

TEST(Mounts, OptionsAreWholeWords) {
  EXPECT_TRUE(has_option("rw,cpu,cpuacct", "cpu"));
  EXPECT_TRUE(has_option("rw,cpu,cpuacct", "cpuacct"));
  EXPECT_FALSE(has_option("rw,cpuset", "cpu"));
  EXPECT_FALSE(has_option("", "cpu"));
}

TEST(Mounts, BelowIsByWholeParts) {
  std::string_view rest;
  EXPECT_TRUE(below("/a/b", "/a", rest));
  EXPECT_EQ(rest, "/b");
  EXPECT_TRUE(below("/a", "/a/", rest));
  EXPECT_EQ(rest, "");
  EXPECT_TRUE(below("/a", "/", rest));
  EXPECT_EQ(rest, "/a");
  EXPECT_FALSE(below("/ab", "/a", rest));
}

}  // namespace
}  // namespace weighin
