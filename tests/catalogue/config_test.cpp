// Is a config.json known among JSON files, and read as a model?
#include <gtest/gtest.h>

#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

constexpr const char* kLlama =
    R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048,
        "intermediate_size": 8192, "num_hidden_layers": 16, "num_attention_heads": 32,
        "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
        "tie_word_embeddings": true, "torch_dtype": "bfloat16"})";

TEST(Config, AConfigAloneIsAModelWithoutWeights) {
  const auto folder = folder_in_memory("/m/Llama-3.2-1B", {{"config.json", kLlama}});
  const auto model = read_model(*folder, "");
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->file->reader, "config");
  EXPECT_TRUE(model->file->format.empty());
  EXPECT_TRUE(model->file->tensors.empty());
  EXPECT_EQ(model->name, "Llama-3.2-1B");
  EXPECT_EQ(model->known_by, KnownBy::reported);
  ASSERT_TRUE(model->shape);
  EXPECT_EQ(model->shape->hidden, 2048);
  EXPECT_TRUE(model->shape->tied_embeddings);
  EXPECT_EQ(*model->context_max, 131072);
  EXPECT_EQ(*model->native_dtype, "bfloat16");
}

TEST(Config, AnUnknownDecoderIsAssumedToBeLikeLlama) {
  const auto folder = folder_in_memory(
      "f", {{"config.json",
             R"({"architectures": ["NovelForCausalLM"], "model_type": "novel", "hidden_size": 64,
                 "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
                 "vocab_size": 100})"}});
  const auto model = read_model(*folder, "config.json");
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->known_by, KnownBy::assumed);
  ASSERT_TRUE(model->shape);
  EXPECT_EQ(model->shape->head_dim, 16);
  EXPECT_NE(model->note.find("assumed"), std::string::npos);
}

TEST(Config, WhatIsNoLanguageModelHasNoShape) {
  for (const char* text : {R"({"model_type": "clip"})", R"({"model_type": "rwkv"})",
                           R"({"architectures": ["NovelForImageClassification"],
                               "model_type": "novel", "hidden_size": 64})"}) {
    const auto folder = folder_in_memory("f", {{"config.json", text}});
    const auto model = read_model(*folder, "config.json");
    ASSERT_TRUE(model.ok()) << model.error().what;
    EXPECT_FALSE(model->shape) << text;
    EXPECT_FALSE(model->note.empty());
  }
}

TEST(Config, OthersJsonIsNotTaken) {
  for (const auto& [name, text] :
       {std::pair{"a.json", R"({"hello": 1})"},
        {"mlc-chat-config.json", R"({"model_type": "llama", "conv_template": "x"})"}}) {
    const auto folder = folder_in_memory("f", {{name, text}});
    const auto model = read_model(*folder, name);
    EXPECT_TRUE(!model.ok() || model->file->reader != "config") << name;
  }
}

TEST(Config, ALanguageModelWithinOneThatSeesIsFound) {
  const auto folder =
      folder_in_memory("f", {{"config.json",
                              R"({"model_type": "qwen2_5_omni", "thinker_config": {"model_type":
                 "qwen2_5_omni_thinker", "text_config": {"model_type": "qwen2", "hidden_size": 3584,
                 "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
                 "num_key_value_heads": 4, "vocab_size": 152064}}})"}});
  const auto model = read_model(*folder, "config.json");
  ASSERT_TRUE(model.ok()) << model.error().what;
  ASSERT_TRUE(model->shape);
  EXPECT_EQ(model->shape->architecture, "qwen2");
  EXPECT_EQ(model->shape->hidden, 3584);
}

}  // namespace
}  // namespace weighin
