// Does a path in a recorded machine stay in its folder, and do its small files read as written?
#include "core/recording.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/support.hpp"

namespace weighin {
namespace {

using test::TemporaryFolder;

class Within : public testing::Test {
 protected:
  Within() : root_(open(folder_.path().c_str(), O_PATH | O_DIRECTORY)) {}
  ~Within() override { close(root_); }
  std::string at(std::string_view path, bool follow_last = true) const {
    const auto found = resolve_within(root_, path, follow_last);
    return found ? *found : "error: " + found.error().what;
  }
  void link(const char* target, const char* name) const {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::filesystem::create_symlink(target, folder_.path() / name);
  }
  TemporaryFolder folder_;
  int root_;
};

TEST_F(Within, PlainPathsAreKept) {
  EXPECT_EQ(at("/a/b"), "a/b");
  EXPECT_EQ(at("a//./b/"), "a/b");
  EXPECT_EQ(at("/"), ".");
  EXPECT_EQ(at("/a/../b"), "b");
}

TEST_F(Within, UpwardPathsEndAtTheRoot) { EXPECT_EQ(at("/../../../etc/passwd"), "etc/passwd"); }

TEST_F(Within, LinksAreFollowedInside) {
  folder_.write("devices/vda/size", "1");
  link("../../devices/vda", "class/block/vda");
  EXPECT_EQ(at("/class/block/vda/size"), "devices/vda/size");
  EXPECT_EQ(at("/class/block/vda", false), "class/block/vda");
  EXPECT_EQ(at("/class/block/vda/..", true), "devices");
}

TEST_F(Within, LinksCannotLeadOut) {
  link("/etc", "a");
  link("../../../../../../etc", "b/c");
  EXPECT_EQ(at("/a/passwd"), "etc/passwd");
  EXPECT_EQ(at("/b/c/passwd"), "etc/passwd");
}

TEST_F(Within, LoopsEnd) {
  link("y", "x");
  link("x", "y");
  EXPECT_EQ(at("/x/z"), "error: cannot read /x/z: Too many levels of symbolic links");
}

TEST_F(Within, VeryLongPathsAreRefused) {
  EXPECT_THAT(at(std::string(5000, 'a')), testing::HasSubstr("too long"));
}

TEST(Recording, QuestionsBecomeSafeFileNames) {
  EXPECT_EQ(answer_file("hwloc.xml"), "hwloc.xml");
  EXPECT_EQ(answer_file("statfs/models"), "statfs/models");
  EXPECT_EQ(answer_file("../x"), "%2E./x");
  EXPECT_EQ(answer_file("a/../x"), "a/%2E./x");
  EXPECT_EQ(answer_file("/etc/passwd"), "%2Fetc/passwd");
  EXPECT_EQ(answer_file("a b\n"), "a%20b%0A");
}

TEST(Recording, AssignmentsKeepEverythingAfterTheFirstSign) {
  const auto found = read_assignments("A=1\nB=x=y\n# C=2\nnothing\n=no\nD=\r\n");
  EXPECT_THAT(found, testing::ElementsAre(testing::Pair("A", "1"), testing::Pair("B", "x=y"),
                                          testing::Pair("D", "")));
}

TEST(Recording, FailuresAreKeyAndReason) {
  const auto found = read_failures("read /a b\tPermission denied\nbroken line\n\tno key\n");
  EXPECT_THAT(found, testing::ElementsAre(testing::Pair("read /a b", "Permission denied")));
}

}  // namespace
}  // namespace weighin
