// Are .tflite, .task and .litertlm read right, and files beyond 2 GB too?
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catalogue/litert_files.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using namespace test;

constexpr std::int64_t kWeights = 64 * 256 + 1000 + 64;

void expect_model(const ModelFile& file) {
  EXPECT_EQ(file.reader, "litert");
  EXPECT_EQ(file.runtime, "litert");
  EXPECT_EQ(file.parameters, kWeights);
  ASSERT_EQ(file.tensors.size(), 4u);
  EXPECT_EQ(file.tensors[0].type, "I4");
  EXPECT_EQ(file.tensors[0].weights, 64 * 256);
  EXPECT_EQ(file.tensors[0].bytes, 8192);
  EXPECT_EQ(file.tensors[0].size[0], 256);
  EXPECT_EQ(file.tensors[3].weights, 0);
  EXPECT_EQ(file.format, "int4");
}

TEST(LiteRt, AModelWithTwoSignaturesIsCountedOnce) {
  const std::string bytes = lite_model(lite_tensors(), 2);
  const auto spec = read_model(*folder_in_memory("f", {{"m.tflite", bytes}}), "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  expect_model(*spec->file);
  EXPECT_EQ(*spec->parameters, kWeights);
  EXPECT_EQ(spec->file->header_bytes, static_cast<Bytes>(bytes.size()) - 8192 - 1000 - 256 - 16);
}

TEST(LiteRt, ATaskIsAZipOfStoredEntries) {
  const std::string model = lite_model(lite_tensors());
  const std::string task = zip_file({{"TF_LITE_PREFILL_DECODE", model},
                                     {"TOKENIZER_MODEL", std::string(500, 't')},
                                     {"METADATA", "m"}});
  const auto spec = read_model(*folder_in_memory("f", {{"m.task", task}}), "m.task");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  expect_model(*spec->file);
  EXPECT_EQ(spec->file->total_bytes, static_cast<Bytes>(task.size()));
  const auto two =
      read_model(*folder_in_memory("f", {{"m.task", zip_file({{"TF_LITE_PREFILL_DECODE", model},
                                                              {"TF_LITE_EMBEDDER", model}})}}),
                 "");
  ASSERT_TRUE(two.ok()) << to_text(two.error());
  EXPECT_EQ(two->file->parameters, 2 * kWeights);
  EXPECT_EQ(two->file->tensors[0].name, "TF_LITE_PREFILL_DECODE/w4");
}

TEST(LiteRt, ALitertlmIsReadBySections) {
  const std::string file = lm_file({lite_model(lite_tensors())});
  const auto spec = read_model(*folder_in_memory("f", {{"m.litertlm", file}}), "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  expect_model(*spec->file);
  EXPECT_EQ(spec->file->total_bytes, static_cast<Bytes>(file.size()));
}

TEST(LiteRt, WeightsBehindTheFlatBufferAreCountedAndNotRead) {
  std::string pattern = std::filesystem::temp_directory_path() / "weighin_litert_XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  constexpr std::uint64_t kOffset = std::uint64_t{1} << 31, kSize = std::uint64_t{1} << 30;
  {
    const std::string path = pattern + "/big.tflite";
    std::ofstream(path, std::ios::binary)
        << lite_model({{"big", 17, {1 << 16, 1 << 15}, 0, kOffset, kSize}});
    std::filesystem::resize_file(path, kOffset + kSize);  // sparse
  }
  const auto folder = local_folder(pattern);
  ASSERT_TRUE(folder.ok());
  const auto spec = read_model(**folder, "");
  std::filesystem::remove_all(pattern);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parameters, std::int64_t{1} << 31);
  EXPECT_EQ(spec->file->total_bytes, static_cast<Bytes>(kOffset + kSize));
  EXPECT_LT(spec->file->bytes_read, 100'000);
}

}  // namespace
}  // namespace weighin
