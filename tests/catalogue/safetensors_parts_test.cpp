// Are all shards found, missing ones named, and the index held against them?
#include "catalogue/readers/safetensors_parts.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "catalogue/safetensors_maker.hpp"
#include "support/support.hpp"

namespace weighin::catalogue {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

const char* const kFirst = "model-00001-of-00002.safetensors";
const char* const kSecond = "model-00002-of-00002.safetensors";
const char* const kIndex = "model.safetensors.index.json";

std::string index_text(const char* second = kSecond) {
  return fmt::format(R"({{"metadata":{{"total_size":6}},"weight_map":{{"a":"{}","b":"{}"}}}})",
                     kFirst, second);
}
std::string shard(const char* name) { return test::safetensors_of({{name, "U8", {3}}}); }

Result<SafetensorsParts> read(const Files& files, const std::string& name) {
  const auto folder = folder_in_memory("f", files);
  const auto source = folder->open(name);
  return read_safetensors_parts(*folder, name, **source);
}

TEST(SafetensorsParts, AnIndexGathersItsShards) {
  const Files files{{kIndex, index_text()}, {kFirst, shard("a")}, {kSecond, shard("b")}};
  for (const char* name : {kIndex, kSecond}) {
    const auto parts = read(files, name);
    ASSERT_TRUE(parts.ok()) << parts.error().what;
    EXPECT_EQ(parts->file.tensors.size(), 2u);
    EXPECT_EQ(parts->file.parts.size(), 3u);
    EXPECT_EQ(parts->missing, 0u);
    Bytes all = 0;
    for (const auto& file : files) all += static_cast<Bytes>(file.second.size());
    EXPECT_EQ(parts->file.total_bytes, all);
    EXPECT_EQ(parts->file.header_bytes, all - 6);
  }
}

TEST(SafetensorsParts, WithoutAnIndexTheNamesTell) {
  const auto parts = read({{kFirst, shard("a")}, {kSecond, shard("b")}}, kFirst);
  ASSERT_TRUE(parts.ok());
  EXPECT_EQ(parts->file.tensors.size(), 2u);
}

TEST(SafetensorsParts, MissingPartsAreNamed) {
  const auto parts = read({{kIndex, index_text()}, {kFirst, shard("a")}}, kIndex);
  ASSERT_TRUE(parts.ok());
  EXPECT_EQ(parts->missing, 1u);
  ASSERT_EQ(parts->file.notes.size(), 1u);
  EXPECT_EQ(parts->file.notes[0], std::string("part 2 of 2 is missing: ") + kSecond);
  const auto none = read({{kIndex, index_text()}}, kIndex);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::no_input);
}

TEST(SafetensorsParts, TheIndexMustAgreeWithTheShards) {
  const auto absent =
      read({{kIndex, index_text()}, {kFirst, shard("a")}, {kSecond, shard("c")}}, kIndex);
  ASSERT_FALSE(absent.ok());
  EXPECT_NE(absent.error().what.find("weight_map"), std::string::npos);
  EXPECT_NE(absent.error().what.find(kSecond), std::string::npos);
  const auto more = read({{kIndex, index_text()},
                          {kFirst, test::safetensors_of({{"a", "U8", {3}}, {"z", "U8", {1}}})},
                          {kSecond, shard("b")}},
                         kIndex);
  ASSERT_TRUE(more.ok());
  EXPECT_EQ(more->file.notes.size(), 1u);
  const auto twice = read({{kFirst, shard("a")}, {kSecond, shard("a")}}, kFirst);
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().what.find("two parts"), std::string::npos);
}

TEST(SafetensorsParts, AShardThatLeadsOutOfTheFolderIsRefused) {
  const test::TemporaryFolder folder;
  folder.write("secret.safetensors", shard("b"));
  folder.write(std::string("model/") + kIndex, index_text());
  folder.write(std::string("model/") + kFirst, shard("a"));
  std::filesystem::create_symlink("../secret.safetensors", folder.path() / "model" / kSecond);
  const auto place = local_folder((folder.path() / "model").string());
  ASSERT_TRUE(place.ok());
  const auto model = read_model(**place, kIndex);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, ErrorKind::data);
  EXPECT_NE(model.error().what.find("leaves its folder"), std::string::npos);
  EXPECT_FALSE(model.error().hint.empty());
}

}  // namespace
}  // namespace weighin::catalogue
