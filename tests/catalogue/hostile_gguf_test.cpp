// Is every hostile GGUF file refused, with file, field and limit named, and in little memory?
//
// The table has a case for each known vulnerability of a GGUF parser that a header can trigger; its
// number stands beside it. Each case runs in a child that may take 64 MiB more than it had.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>


#include "catalogue/hostile_gguf_files.hpp"
#include "catalogue/little_memory.hpp"
#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::GgufMaker;
using test::HostileGguf;
using test::SparseFolder;

// Empty where the file is refused as it must be.
std::string fault_of(const HostileGguf& each) {
  SparseFolder folder;
  const Bytes size = each.size > 0 ? each.size : static_cast<Bytes>(each.begin.size());
  folder.add("bad.gguf", each.begin, size);
  const auto spec = read_model(folder, "bad.gguf");
  if (spec) return "it was read";
  const Error& error = spec.error();
  const std::string text = to_text(error);
  if (error.kind != ErrorKind::data) return "another kind: " + text;
  if (text.find("bad.gguf") == std::string::npos) return "the file is not named: " + text;
  if (error.where.empty() || error.hint.empty()) return "no place or no hint: " + text;
  if (text.find('\n') != std::string::npos || text.find('\x1b') != std::string::npos)
    return "more than a line";
  for (const char* word : each.words) {
    if (text.find(word) == std::string::npos) return fmt::format("no \"{}\" in: {}", word, text);
  }
  return {};
}

TEST(HostileGgufFiles, EachIsRefusedInLittleMemory) {
  const std::vector<HostileGguf> cases = test::hostile_gguf_files();
  EXPECT_GE(cases.size(), 80u);
  for (const HostileGguf& each : cases) {
    SCOPED_TRACE(fmt::format("{} ({})", each.name, each.known));
    EXPECT_EQ(fault_of(each), "");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      test::limit_memory(rlim_t{64} << 20);
      _exit(fault_of(each).empty() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "with 64 MiB: " << status;
  }
}

// What the largest header that is taken may cost.
TEST(HostileGgufFiles, TheMostTensorsThatAreTakenFitTheMemory) {
  GgufMaker maker = test::hostile::base();
  for (std::uint32_t i = 0; i < 65'536; ++i)
    maker.tensor(fmt::format("blk.{}.{:050}", i % 512, i), {1}, 24);
  const std::string header = maker.header();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    SparseFolder folder;
    folder.add("big.gguf", header, static_cast<Bytes>(header.size()) + maker.data_bytes());
    test::limit_memory(rlim_t{64} << 20);
    const auto spec = read_model(folder, "big.gguf");
    _exit(spec.ok() && spec->file->tensors.size() == 65'536 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(HostileGgufFiles, CutOffAtEveryByte) {
  for (const std::uint32_t version : {1u, 2u, 3u}) {
    const GgufMaker maker = test::small_llama(version);
    const std::string file = maker.file();
    for (std::size_t length = 1; length < maker.header().size(); ++length) {
      const auto folder = folder_in_memory("f", {{"m.gguf", file.substr(0, length)}});
      const auto spec = read_model(*folder, "m.gguf");
      ASSERT_FALSE(spec.ok()) << length;
      EXPECT_EQ(spec.error().kind, ErrorKind::data) << length;
      EXPECT_FALSE(spec.error().where.empty()) << length;
    }
  }
}

TEST(HostileGgufFiles, EveryByteMayBeAnother) {
  const GgufMaker maker = test::small_llama();
  const std::string file = maker.file();
  for (std::size_t at = 0; at < maker.header().size(); ++at) {
    for (const char byte : {'\x00', '\x7f', '\x80', '\xff'}) {
      std::string changed = file;
      changed[at] = byte;
      const auto folder = folder_in_memory("f", {{"m.gguf", changed}});
      const auto spec = read_model(*folder, "m.gguf");
      if (!spec) {
        EXPECT_EQ(spec.error().kind, ErrorKind::data) << to_text(spec.error());
      }
    }
  }
}

TEST(HostileGgufFiles, WhatIsNoFile) {
  const test::TemporaryFolder temporary;
  const auto path = [&](const char* name) { return (temporary.path() / name).string(); };
  std::filesystem::create_directory(path("folder.gguf"));
  ASSERT_EQ(mkfifo(path("pipe.gguf").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", path("device.gguf"));
  std::filesystem::create_symlink("/etc/passwd", path("elsewhere.gguf"));
  std::filesystem::create_symlink("loop.gguf", path("loop.gguf"));
  temporary.write("empty.gguf", "");
  const auto folder = local_folder(temporary.path().string());
  ASSERT_TRUE(folder.ok());
  for (const char* name :
       {"folder.gguf", "pipe.gguf", "device.gguf", "elsewhere.gguf", "empty.gguf"}) {
    const auto spec = read_model(**folder, name);
    ASSERT_FALSE(spec.ok()) << name;
    EXPECT_EQ(spec.error().kind, ErrorKind::data) << name;
    EXPECT_NE(spec.error().what.find(name), std::string::npos) << spec.error().what;
  }
  for (const char* name : {"loop.gguf", "none.gguf"}) {
    const auto spec = read_model(**folder, name);
    ASSERT_FALSE(spec.ok()) << name;
    EXPECT_EQ(spec.error().kind, ErrorKind::no_input) << name;
  }
}

TEST(HostileGgufFiles, PartsThatLeadElsewhereAreNotFollowed) {
  const test::TemporaryFolder temporary;
  GgufMaker first = test::small_llama();
  first.u16("split.no", 0).u16("split.count", 2);
  temporary.write("m-00001-of-00002.gguf", first.file());
  std::filesystem::create_symlink("/etc/passwd", temporary.path() / "m-00002-of-00002.gguf");
  const auto folder = local_folder(temporary.path().string());
  ASSERT_TRUE(folder.ok());
  const auto spec = read_model(**folder, "m-00001-of-00002.gguf");
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.error().kind, ErrorKind::data);
  EXPECT_NE(spec.error().what.find("m-00002-of-00002.gguf"), std::string::npos);
}

}  // namespace
}  // namespace weighin
