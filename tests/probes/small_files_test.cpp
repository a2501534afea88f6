// Are the one-line files of /proc and /sys read without surprises?
#include "probes/read/small_files.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

TEST(SmallFiles, TrimsAndReadsNumbers) {
  EXPECT_EQ(trimmed("  a b\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(std::string("linux,kvm\0", 10)), "linux,kvm");
  EXPECT_EQ(to_number(" 42\n"), 42);
  EXPECT_EQ(to_number("-1"), -1);
  for (const char* bad : {"", "max", "4x", "1 2", "99999999999999999999", "0x10"})
    EXPECT_FALSE(to_number(bad)) << bad;
}

TEST(SmallFiles, MissingIsNothing) {
  test::FakeHost host;
  host.files["/a"] = "7\n8\n";
  EXPECT_EQ(read_number(host, "/a"), 7);
  EXPECT_FALSE(read_number(host, "/b"));
  EXPECT_TRUE(exists(host, "/a"));
  EXPECT_FALSE(exists(host, "/b"));
}

}  // namespace
}  // namespace weighin
