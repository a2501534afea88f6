// What does a safetensors checkpoint say as a model: alone, with its config, packed, as an adapter?
#include <gtest/gtest.h>

#include "catalogue/safetensors_maker.hpp"
#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

Result<ModelSpec> read(const Files& files, std::string_view name = {}) {
  const auto folder = folder_in_memory("/m/Tiny-Llama", files);
  return read_model(*folder, name);
}

std::string config(std::string_view more = {}) {
  return fmt::format(
      R"({{"model_type":"llama","hidden_size":64,"intermediate_size":128,"num_hidden_layers":2,
          "num_attention_heads":4,"num_key_value_heads":2,"vocab_size":100,
          "max_position_embeddings":512,"torch_dtype":"bfloat16"{}{}}})",
      more.empty() ? "" : ",", more);
}

constexpr std::int64_t kLlamaParameters =
    100 * 64 + 2 * (3 * 64 * 128 + 2 * 64 * 64 + 2 * 64 * 32 + 2 * 64) + 64;

TEST(Safetensors, AModelWithItsConfig) {
  const auto model =
      read({{"config.json", config()},
            {"model.safetensors",
             test::safetensors_of(test::llama_tensors(2, 64, 128, 64, 32, 100, true))}});
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->file->reader, "safetensors");
  EXPECT_EQ(model->file->format, "BF16");
  EXPECT_EQ(model->file->parts.size(), 2u);
  EXPECT_EQ(model->file->parameters, kLlamaParameters + 6400);
  EXPECT_EQ(*model->parameters, kLlamaParameters + 6400);
  ASSERT_TRUE(model->shape);
  EXPECT_EQ(model->shape->kv_heads, 2);
  EXPECT_EQ(model->name, "Tiny-Llama");
  EXPECT_EQ(model->id, "tiny-llama");
  EXPECT_EQ(model->known_by, KnownBy::reported);
  Bytes tensors = 0;
  for (const FileTensor& tensor : model->file->tensors) tensors += tensor.bytes;
  EXPECT_EQ(model->file->header_bytes + tensors, model->file->total_bytes);
}

TEST(Safetensors, ATiedMatrixStoredTwiceCountsOnce) {
  const auto model =
      read({{"config.json", config("\"tie_word_embeddings\":true")},
            {"model.safetensors",
             test::safetensors_of(test::llama_tensors(2, 64, 128, 64, 32, 100, true))}});
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(*model->parameters, kLlamaParameters);
  EXPECT_TRUE(model->shape->embedding_stored_twice);
}

TEST(Safetensors, WithoutAConfigTheShapeIsAssumed) {
  const auto model =
      read({{"weights.safetensors",
             test::safetensors_of(test::llama_tensors(2, 64, 128, 64, 64, 100, false))}});
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->name, "weights");
  EXPECT_EQ(model->known_by, KnownBy::assumed);
  ASSERT_TRUE(model->shape);
  EXPECT_TRUE(model->shape->tied_embeddings);
  EXPECT_FALSE(model->file->notes.empty());
}

TEST(Safetensors, OneShardMissingLeavesTheCountUnknown) {
  const auto model =
      read({{"config.json", config()},
            {"model-00001-of-00002.safetensors",
             test::safetensors_of({{"model.embed_tokens.weight", "BF16", {100, 64}}})}},
           "model-00001-of-00002.safetensors");
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_FALSE(model->parameters);
  EXPECT_FALSE(model->shape->tied_embeddings);
  ASSERT_EQ(model->file->parts.size(), 3u);
  EXPECT_TRUE(model->file->parts[1].missing);
}

TEST(Safetensors, AnAdapterSaysItsRankAndBase) {
  const std::string weights = test::safetensors_of(
      {{"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", "F32", {16, 64}},
       {"base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", "F32", {64, 16}}});
  const auto model =
      read({{"adapter_model.safetensors", weights},
            {"adapter_config.json",
             R"({"peft_type":"LORA","r":16,"base_model_name_or_path":"meta-llama/Llama-2-7b"})"}});
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->file->role, FileRole::adapter);
  EXPECT_EQ(model->file->lora_rank, 16);
  EXPECT_FALSE(model->shape);
  EXPECT_NE(model->note.find("meta-llama/Llama-2-7b"), std::string::npos);
  const auto alone = read({{"adapter_model.safetensors", weights}});
  ASSERT_TRUE(alone.ok());
  EXPECT_EQ(alone->file->lora_rank, 16);
}

TEST(Safetensors, OfAFolderTheIndexComesFirst) {
  const std::string shard = test::safetensors_of({{"a", "U8", {1}}});
  const Files files{{"README.md", "x"},
                    {"adapter_model.safetensors", shard},
                    {"config.json", config()},
                    {"model-00001-of-00001.safetensors", shard},
                    {"model.safetensors.index.json",
                     R"({"weight_map":{"a":"model-00001-of-00001.safetensors"}})"}};
  const auto model = read(files);
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_TRUE(model->file->path.ends_with("model.safetensors.index.json"));
  EXPECT_EQ(model->file->parts.size(), 3u);
}

TEST(Safetensors, BrokenOnesAreOursToRefuse) {
  for (const std::string& bytes : {std::string("garbage that is no header at all"),
                                   test::with_length("{}", 1ULL << 60U), std::string(100, '\0')}) {
    const auto model = read({{"model.safetensors", bytes}}, "model.safetensors");
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().kind, ErrorKind::data);
    EXPECT_NE(model.error().what.find("header"), std::string::npos) << model.error().what;
  }
  // A broken config beside good weights is not passed over.
  const auto model = read({{"model.safetensors", test::safetensors_of({{"a", "U8", {1}}})},
                           {"config.json", R"({"model_type":"llama","num_hidden_layers":-1})"}},
                          "model.safetensors");
  ASSERT_FALSE(model.ok());
  EXPECT_NE(model.error().what.find("num_hidden_layers"), std::string::npos);
}

}  // namespace
}  // namespace weighin
