// Is a whole GGUF file read: model, projector, adapter, in every version and byte order?
#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"
#include "catalogue/readers/reader.hpp"
#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::GgufMaker;
using test::small_llama;
using test::SparseFolder;

Result<ModelSpec> read_one(const GgufMaker& maker, const std::string& name = "m.gguf") {
  const auto folder = folder_in_memory("f", {{name, maker.file()}});
  return read_model(*folder, name);
}

class EveryVersion : public testing::TestWithParam<std::tuple<std::uint32_t, bool>> {};

TEST_P(EveryVersion, TheSameModel) {
  const auto [version, big] = GetParam();
  const GgufMaker maker = small_llama(version, big);
  const auto spec = read_one(maker, "Small-Llama.Q4_0.gguf");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  const ModelFile& file = *spec->file;
  EXPECT_EQ(file.reader, "gguf");
  EXPECT_EQ(file.runtime, "llama.cpp");
  EXPECT_EQ(file.role, FileRole::model);
  EXPECT_EQ(file.format, "Q4_0");
  EXPECT_EQ(file.parameters, test::kSmallLlamaParameters);
  EXPECT_EQ(file.total_bytes, static_cast<Bytes>(maker.file().size()));
  EXPECT_EQ(file.header_bytes, static_cast<Bytes>(maker.header().size()));
  ASSERT_EQ(file.tensors.size(), 20u);
  EXPECT_EQ(file.tensors[9].name, "blk.0.ffn_down.weight");
  EXPECT_EQ(file.tensors[9].type, "Q4_0");
  EXPECT_EQ(file.tensors[9].dimensions, 2);
  EXPECT_EQ(file.tensors[9].size, (std::array<std::int64_t, 4>{96, 64, 1, 1}));
  EXPECT_EQ(file.tensors[9].bytes, 96 / 32 * 18 * 64);
  EXPECT_EQ(file.tensors[9].weights, 96 * 64);
  ASSERT_EQ(file.parts.size(), 1u);
  EXPECT_EQ(file.parts[0].name, "Small-Llama.Q4_0.gguf");
  EXPECT_EQ(spec->id, "small-llama.q4_0");
  EXPECT_EQ(spec->name, "Small Llama");
  EXPECT_EQ(spec->known_by, KnownBy::reported);
  EXPECT_EQ(*spec->parameters, test::kSmallLlamaParameters);
  EXPECT_EQ(*spec->active_parameters, test::kSmallLlamaParameters);
  EXPECT_EQ(*spec->context_max, 2048);
  ASSERT_TRUE(spec->shape);
  EXPECT_EQ(spec->shape->vocab, 32);
  EXPECT_EQ(spec->shape->head_dim, 16);
  EXPECT_EQ(spec->shape->tokenizer, "llama-spm");
  // Versions that llama.cpp does not load everywhere are told.
  EXPECT_EQ(file.notes.size(), (version == 1 ? 1u : 0u) + (big ? 1u : 0u));
}
INSTANTIATE_TEST_SUITE_P(Gguf, EveryVersion,
                         testing::Combine(testing::Values(1u, 2u, 3u), testing::Bool()));

TEST(Gguf, ItIsKnownByContentAndRankedByName) {
  const Reader* reader = nullptr;
  for (const Reader* each : reader_table()) {
    if (std::string_view(each->name) == "gguf") reader = each;
  }
  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(reader->recognises({"any.bin", "GGUF\3", 5}));
  EXPECT_FALSE(reader->recognises({"m.gguf", "GGU", 3}));
  EXPECT_EQ(reader->rank_in_folder("readme.md"), 0);
  const int model = reader->rank_in_folder("M.GGUF");
  EXPECT_GT(model, 0);
  EXPECT_EQ(reader->rank_in_folder("m-00001-of-00002.gguf"), model);
  EXPECT_GT(reader->rank_in_folder("m-00002-of-00002.gguf"), model);
  EXPECT_GT(reader->rank_in_folder("mmproj-m-f16.gguf"),
            reader->rank_in_folder("m-00002-of-00002.gguf"));
}

TEST(Gguf, AFolderOfModelAndProjectorGivesTheModel) {
  GgufMaker projector;
  projector.text("general.architecture", "clip").tensor("v.patch_embd.weight", {14, 14, 3, 8});
  const auto folder = folder_in_memory(
      "f", {{"a-mmproj.gguf", projector.file()}, {"m.gguf", small_llama().file()}});
  const auto spec = read_model(*folder, "");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->id, "m");
  const auto alone = read_model(*folder, "a-mmproj.gguf");
  ASSERT_TRUE(alone.ok()) << to_text(alone.error());
  EXPECT_EQ(alone->file->role, FileRole::projector);
  EXPECT_EQ(alone->file->parameters, 14 * 14 * 3 * 8);
  EXPECT_FALSE(alone->shape);
}

TEST(Gguf, AnAdapterHasTheRankOfItsMatrices) {
  GgufMaker maker;
  maker.text("general.architecture", "llama")
      .text("general.type", "adapter")
      .text("adapter.type", "lora")
      .f32("adapter.lora.alpha", 32.0F)
      .tensor("blk.0.attn_q.weight.lora_a", {64, 8}, 1)
      .tensor("blk.0.attn_q.weight.lora_b", {8, 64}, 1)
      .tensor("blk.0.attn_v.weight.lora_a", {64, 16}, 1)
      .tensor("blk.0.attn_v.weight.lora_b", {16, 32}, 1);
  const auto spec = read_one(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->role, FileRole::adapter);
  EXPECT_EQ(spec->file->lora_rank, 16);
  EXPECT_EQ(spec->file->parameters, 64 * 8 + 8 * 64 + 64 * 16 + 16 * 32);
  EXPECT_FALSE(spec->shape);
}

TEST(Gguf, ComputedTablesAreNoParameters) {
  GgufMaker maker = small_llama();
  maker.tensor("rope_freqs.weight", {8});
  const auto spec = read_one(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->file->parameters, test::kSmallLlamaParameters);
  EXPECT_EQ(spec->shape->rope_factors, 1);
  ASSERT_EQ(spec->file->notes.size(), 1u);
  EXPECT_NE(spec->file->notes[0].find("computed tables"), std::string::npos);
}

TEST(Gguf, DraftLayersAreNotCounted) {
  GgufMaker maker = small_llama();
  maker.u32("llama.nextn_predict_layers", 1);
  const auto spec = read_one(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_EQ(spec->shape->layers, 1);
  EXPECT_EQ(spec->shape->multi_token_layers, 1);
  EXPECT_EQ(spec->file->parameters,
            test::kSmallLlamaParameters - (2 * 64 + 2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96));
  EXPECT_NE(spec->file->notes.at(0).find("1 draft layers"), std::string::npos);
}

TEST(Gguf, AnUnknownArchitectureIsMarked) {
  GgufMaker maker;
  maker.text("general.architecture", "novel")
      .u32("novel.block_count", 1)
      .u32("novel.embedding_length", 64)
      .tensor("token_embd.weight", {64, 100}, 1)
      .tensor("blk.0.attn_norm.weight", {64});
  const auto spec = read_one(maker);
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  ASSERT_TRUE(spec->shape);
  EXPECT_EQ(spec->shape->architecture, "novel");
  EXPECT_NE(spec->file->notes.at(0).find("novel"), std::string::npos);
  GgufMaker bare;
  bare.text("general.architecture", "novel").tensor("x", {64});
  const auto none = read_one(bare);
  ASSERT_TRUE(none.ok()) << to_text(none.error());
  EXPECT_FALSE(none->shape);
  EXPECT_EQ(none->file->notes.size(), 1u);
}

TEST(Gguf, AVocabularyAloneIsNoModel) {
  GgufMaker maker;
  maker.text("general.architecture", "llama").tokens(10);
  const auto spec = read_one(maker);
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.error().kind, ErrorKind::data);
  EXPECT_NE(spec.error().what.find("no weights"), std::string::npos);
}

TEST(Gguf, OfALargeFileOnlyTheHeaderIsRead) {
  GgufMaker maker = small_llama();
  // 18 GB of experts.
  maker.tensor("blk.0.ffn_up_exps.weight", {8192, 8192, 480}, 12);
  SparseFolder folder;
  folder.add("big.gguf", maker);
  const auto spec = read_model(folder, "big.gguf");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_GT(spec->file->total_bytes, 18 * kGB);
  // The window that is read first may go beyond the header of a small model.
  EXPECT_LE(spec->file->bytes_read, spec->file->header_bytes + 64 * kKiB + Bytes{kSniffBytes});
}

}  // namespace
}  // namespace weighin
