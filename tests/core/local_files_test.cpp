// Is a model's file opened where it lies, and refused where it leads astray?
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "weighin/bytes.hpp"

namespace weighin {
namespace {

namespace fs = std::filesystem;

class LocalFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/weighin-test-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    root_ = name;
    fs::create_directory(root_ / "model");
    std::ofstream(root_ / "model" / "a.bin") << "0123456789";
    std::ofstream(root_ / "secret") << "s";
  }
  void TearDown() override { fs::remove_all(root_); }
  std::string path(const char* name) const { return (root_ / name).string(); }
  fs::path root_;
};

TEST_F(LocalFiles, ReadsARangeOfAFile) {
  const auto source = local_file(path("model/a.bin"));
  ASSERT_TRUE(source.ok());
  std::array<char, 3> into{};
  EXPECT_EQ((*source)->size(), 10);
  EXPECT_EQ(*(*source)->read(4, into), 3u);
  EXPECT_EQ(std::string(into.data(), 3), "456");
  EXPECT_EQ((*source)->bytes_read(), 3);
}

TEST_F(LocalFiles, AFileThatShrinksIsAnError) {
  const auto source = local_file(path("model/a.bin"));
  ASSERT_TRUE(source.ok());
  fs::resize_file(root_ / "model" / "a.bin", 2);
  std::array<char, 8> into{};
  EXPECT_EQ((*source)->read(0, into).error().kind, ErrorKind::no_input);
}

TEST_F(LocalFiles, WhatIsNoRegularFileIsRefusedWithoutWaiting) {
  ASSERT_EQ(mkfifo(path("model/pipe").c_str(), 0600), 0);
  const auto pipe = local_file(path("model/pipe"));
  ASSERT_FALSE(pipe.ok());
  EXPECT_EQ(pipe.error().kind, ErrorKind::data);
  EXPECT_NE(pipe.error().what.find("a pipe"), std::string::npos);
  EXPECT_NE(local_file("/dev/zero").error().what.find("a device"), std::string::npos);
  EXPECT_NE(local_file(path("model")).error().what.find("a folder"), std::string::npos);
  EXPECT_EQ(local_file(path("none")).error().kind, ErrorKind::no_input);
}

TEST_F(LocalFiles, AFolderKeepsToItself) {
  fs::create_symlink("a.bin", root_ / "model" / "inside");
  fs::create_symlink("../secret", root_ / "model" / "outside");
  fs::create_symlink("outside", root_ / "model" / "twice");
  const auto folder = local_folder(path("model"));
  ASSERT_TRUE(folder.ok());
  EXPECT_TRUE((*folder)->open("inside").ok());
  for (const char* name : {"outside", "twice", "../secret", "/etc/passwd"}) {
    const auto refused = (*folder)->open(name);
    ASSERT_FALSE(refused.ok()) << name;
    EXPECT_EQ(refused.error().kind, ErrorKind::data) << name;
  }
  EXPECT_EQ((*folder)->open("none").error().kind, ErrorKind::no_input);
  EXPECT_FALSE((*folder)->has("../secret"));
  EXPECT_EQ((*folder)->names()->size(), 4u);
}

TEST_F(LocalFiles, OnlyAFolderOfOnnxHasOneAbove) {
  fs::create_directory(root_ / "model" / "onnx");
  EXPECT_EQ((*local_folder(path("model")))->above(), nullptr);
  const auto onnx = local_folder(path("model/onnx"));
  ASSERT_TRUE(onnx.ok());
  const auto above = (*onnx)->above();
  ASSERT_NE(above, nullptr);
  EXPECT_TRUE(above->has("a.bin"));
  EXPECT_TRUE(above->open("a.bin").ok());
  EXPECT_FALSE(above->open("../secret").ok());
}

TEST_F(LocalFiles, FollowsTheLinksOfHuggingFacesCache) {
  fs::create_directories(root_ / "models--a--b" / "snapshots" / "1f2e");
  fs::create_directories(root_ / "models--a--b" / "blobs");
  std::ofstream(root_ / "models--a--b" / "blobs" / "abc") << "{}";
  fs::create_symlink("../../blobs/abc",
                     root_ / "models--a--b" / "snapshots" / "1f2e" / "config.json");
  fs::create_symlink("../../../secret", root_ / "models--a--b" / "snapshots" / "1f2e" / "bad.json");
  const auto folder = local_folder(path("models--a--b/snapshots/1f2e"));
  ASSERT_TRUE(folder.ok());
  EXPECT_TRUE((*folder)->open("config.json").ok());
  EXPECT_FALSE((*folder)->open("bad.json").ok());
}

TEST_F(LocalFiles, AFileGivenAsFolderIsNone) {
  EXPECT_EQ(local_folder(path("secret")).error().kind, ErrorKind::data);
  EXPECT_EQ(local_folder(path("none")).error().kind, ErrorKind::no_input);
}

}  // namespace
}  // namespace weighin
