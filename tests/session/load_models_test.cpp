// Do words mean models, files and folders as they should, and errors what is wrong with them?
#include "session/load_models.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "catalogue/gguf_maker.hpp"
#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

const Catalogue& catalogue() {
  static const Catalogue kCatalogue = [] {
    const auto file = test::source_folder() / "models.json";
    Result<Catalogue> read = read_catalogue(test::slurp(file), file.string());
    return read ? std::move(*read) : Catalogue{};
  }();
  return kCatalogue;
}

Result<std::vector<ModelSpec>> load(const std::string& word) {
  Options options;
  options.models = {word};
  return load_models(options, catalogue());
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("weighin-load-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }
  std::filesystem::path folder_;
};

TEST_F(Files, NothingNamedIsAllThatCanBeDownloaded) {
  const auto all = load_models(Options{}, catalogue());
  ASSERT_TRUE(all);
  EXPECT_GT(all->size(), 190u);
  for (const ModelSpec& model : *all) EXPECT_FALSE(model.hosted_only) << model.id;
}

TEST_F(Files, AConfigAloneIsAModelOfTheFile) {
  const std::string path =
      write("config.json", R"({"model_type":"llama","architectures":["LlamaForCausalLM"],
    "hidden_size":576,"intermediate_size":1536,"num_hidden_layers":30,"num_attention_heads":9,
    "num_key_value_heads":3,"vocab_size":49152,"tie_word_embeddings":true,"max_position_embeddings":8192})");
  for (const std::string& word : {path, folder_.string()}) {
    const auto models = load(word);
    ASSERT_TRUE(models) << to_text(models.error());
    ASSERT_TRUE(models->front().file);
    EXPECT_EQ(models->front().file->reader, "config");
    const Result<Estimate> made = estimate(models->front(), plan_for(models->front(), Options{}));
    ASSERT_TRUE(made) << to_text(made.error());
    EXPECT_EQ(made->plan.format, Plan{}.format) << "there are no weights of its own";
  }
}

TEST_F(Files, AnAdapterAndAProjectorAreNoModels) {
  test::GgufMaker adapter;
  adapter.text("general.architecture", "llama").text("general.type", "adapter");
  adapter.text("adapter.type", "lora").tensor("blk.0.attn_q.weight.lora_a", {64, 8}, 0);
  adapter.tensor("blk.0.attn_q.weight.lora_b", {8, 64}, 0);
  const auto lora = load(write("lora.gguf", adapter.file()));
  ASSERT_FALSE(lora);
  EXPECT_EQ(lora.error().kind, ErrorKind::usage);
  EXPECT_NE(to_text(lora.error()).find("adapter"), std::string::npos);
}

TEST_F(Files, WhatIsWrongIsSaidByItsKind) {
  EXPECT_EQ(load((folder_ / "none.gguf").string()).error().kind, ErrorKind::no_input);
  EXPECT_EQ(load(write("empty.gguf", "")).error().kind, ErrorKind::data);
  EXPECT_EQ(load(write("text.gguf", "hello")).error().kind, ErrorKind::data);
  EXPECT_EQ(load("no-such-model-at-all").error().kind, ErrorKind::usage);
  EXPECT_EQ(load("ftp://host/file.gguf").ok(), false);
  std::filesystem::create_directories(folder_ / "bare");
  EXPECT_EQ(load((folder_ / "bare/").string()).error().kind, ErrorKind::data);
  const std::string pipe = (folder_ / "pipe.gguf").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(load(pipe).error().kind, ErrorKind::data);
  EXPECT_EQ(load("/dev/zero").error().kind, ErrorKind::data);
}

TEST(LoadModels, TheFilesOwnFormatAndRuntimeAreTakenUnlessAsked) {
  ModelSpec model;
  auto file = std::make_shared<ModelFile>();
  model.file = file;
  Options options;
  EXPECT_TRUE(plan_for(model, options).format.empty());
  EXPECT_TRUE(plan_for(model, options).runtime.empty());
  options.format_given = options.runtime_given = true;
  EXPECT_EQ(plan_for(model, options).format, Plan{}.format);
  EXPECT_EQ(plan_for(ModelSpec{}, Options{}).format, Plan{}.format);
}

}  // namespace
}  // namespace weighin
