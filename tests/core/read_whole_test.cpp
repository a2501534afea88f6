// Is a file read whole, whatever it says of its size, and never for ever?
#include "core/read_whole.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/support.hpp"

namespace weighin {
namespace {

using test::TemporaryFolder;

Result<std::string> read(const std::filesystem::path& path, std::size_t max = 1 << 20) {
  return read_whole(AT_FDCWD, path.string(), "/shown", max, true);
}

TEST(ReadWhole, TakesAllBytes) {
  TemporaryFolder folder;
  const std::string text(100000, 'x');
  folder.write("a", text + std::string("\0end", 4));
  const auto got = read(folder.path() / "a");
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got, text + std::string("\0end", 4));
}

TEST(ReadWhole, KernelFilesReportNoSizeAndAreReadAll) {
  const auto status = read("/proc/self/status");
  ASSERT_TRUE(status.ok()) << status.error().what;
  EXPECT_THAT(*status, testing::HasSubstr("VmSize"));
}

TEST(ReadWhole, TooLargeIsAnErrorNotACut) {
  TemporaryFolder folder;
  folder.write("a", "12345");
  EXPECT_TRUE(read(folder.path() / "a", 5).ok());
  const auto got = read(folder.path() / "a", 4);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().what, "cannot read /shown: larger than 4 bytes");
  EXPECT_FALSE(read("/proc/self/status", 0).ok());
}

TEST(ReadWhole, MissingFolderAndDeviceAreErrors) {
  TemporaryFolder folder;
  EXPECT_EQ(read(folder.path() / "no").error().what,
            "cannot read /shown: No such file or directory");
  EXPECT_EQ(read(folder.path() / "no").error().kind, ErrorKind::no_input);
  EXPECT_EQ(read(folder.path()).error().what, "cannot read /shown: not a regular file");
  EXPECT_EQ(read("/dev/zero").error().what, "cannot read /shown: not a regular file");
}

TEST(ReadWhole, APipeDoesNotBlock) {
  TemporaryFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read(pipe).error().what, "cannot read /shown: not a regular file");
}

TEST(ListWhole, NamesAreSortedWithoutDots) {
  TemporaryFolder folder;
  folder.write("b", "");
  folder.write("a/c", "");
  const auto names = list_whole(AT_FDCWD, folder.path().string(), "/shown", true);
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, testing::ElementsAre("a", "b"));
  EXPECT_EQ(list_whole(AT_FDCWD, (folder.path() / "b").string(), "/shown", true).error().what,
            "cannot list /shown: Not a directory");
}

TEST(LinkTarget, IsAsWritten) {
  TemporaryFolder folder;
  std::filesystem::create_symlink("../up/there", folder.path() / "link");
  EXPECT_EQ(*link_target(AT_FDCWD, (folder.path() / "link").string(), "/l"), "../up/there");
  folder.write("plain", "");
  EXPECT_EQ(link_target(AT_FDCWD, (folder.path() / "plain").string(), "/l").error().what,
            "cannot follow /l: Invalid argument");
}

}  // namespace
}  // namespace weighin
