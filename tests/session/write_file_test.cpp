// Is a file written as a whole or not at all?
#include "session/write_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(WriteFile, AFileIsReplacedAsAWhole) {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "report.json").string();
  ASSERT_TRUE(write_file(path, "first").ok());
  ASSERT_TRUE(write_file(path, "second").ok());
  EXPECT_EQ(test::slurp(path), "second");
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0600, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteFile, WhatCannotBeWrittenIsAnError) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(write_file((folder.path() / "no/such/file").string(), "x").error().kind, ErrorKind::io);
  EXPECT_EQ(write_file(folder.path().string(), "x").error().kind, ErrorKind::io);
  EXPECT_EQ(write_file("/dev/full", "x").error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace weighin
