// Is a folder of MLC read right, with packed weights counted one by one?
#include <gtest/gtest.h>

#include "catalogue/mlc_files.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::mlc_folder;

TEST(Mlc, AFolderIsReadFromItsListOrItsConfig) {
  const auto folder = folder_in_memory("f", mlc_folder());
  for (const char* name : {"", "mlc-chat-config.json", "ndarray-cache.json"}) {
    const auto spec = read_model(*folder, name);
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    const ModelFile& file = *spec->file;
    EXPECT_EQ(file.reader, "mlc");
    EXPECT_EQ(file.runtime, "webllm");
    EXPECT_EQ(file.format, "q4f16_1");
    EXPECT_EQ(file.parameters, 1000 * 64 + 64 + 64);
    ASSERT_EQ(file.tensors.size(), 4u);
    EXPECT_EQ(file.tensors[0].weights, 64'000);
    EXPECT_EQ(file.tensors[1].weights, 0);
    EXPECT_EQ(file.tensors[3].type, "BF16");  // float32, stored as its upper half
    EXPECT_EQ(file.parts.size(), 5u);
    Bytes sum = 0;
    for (const auto& [own, bytes] : mlc_folder()) sum += static_cast<Bytes>(bytes.size());
    EXPECT_EQ(file.total_bytes, sum);
    EXPECT_LT(file.bytes_read, 10'000);
    ASSERT_TRUE(spec->shape.has_value()) << "its config has Hugging Face's words";
    EXPECT_EQ(spec->shape->kind, "decoder");
    EXPECT_EQ(spec->shape->layers, 1);
    EXPECT_EQ(spec->shape->kv_heads, 2);
    EXPECT_EQ(spec->shape->vocab, 1000);
    EXPECT_EQ(*spec->context_max, 2048);
  }
}

TEST(Mlc, MissingShardsAreNamed) {
  auto files = mlc_folder();
  files.erase(files.begin() + 3);
  const auto spec = read_model(*folder_in_memory("f", files), "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  bool named = false;
  for (const std::string& note : spec->file->notes)
    named |= note == "params_shard_1.bin is missing";
  EXPECT_TRUE(named);
}

TEST(Mlc, WithoutItsConfigTheListSpeaksAlone) {
  auto files = mlc_folder();
  files.erase(files.begin());
  const auto spec = read_model(*folder_in_memory("f", files), "ndarray-cache.json");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->format, "");
  EXPECT_FALSE(spec->shape.has_value());
  const auto none = read_model(*folder_in_memory("f", {mlc_folder()[0]}), "mlc-chat-config.json");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::no_input);
}

}  // namespace
}  // namespace weighin
