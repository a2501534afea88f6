// Are the words of files for tokenizers the catalogue's?
#include "catalogue/readers/gguf_tokenizer.hpp"

#include <gtest/gtest.h>

namespace weighin::gguf {
namespace {

std::string kind(std::string_view architecture, std::string_view model, std::string_view pre,
                 std::int64_t vocab = 1000) {
  Header header;
  const auto put = [&](const char* key, std::string_view words) {
    Value value;
    value.type = Type::text;
    value.text = words;
    header.values[key] = value;
  };
  put("general.architecture", architecture);
  put("tokenizer.ggml.model", model);
  put("tokenizer.ggml.pre", pre);
  Keys keys(header, "f");
  return tokenizer_kind(keys, vocab);
}

TEST(GgufTokenizer, KindsOfTheCatalogue) {
  EXPECT_EQ(kind("llama", "gpt2", "llama-bpe"), "llama-bpe");
  EXPECT_EQ(kind("llama", "llama", "default"), "llama-spm");
  EXPECT_EQ(kind("llama", "llama", "default", 64'000), "yi-spm");
  EXPECT_EQ(kind("llama", "gpt2", "smollm"), "starcoder");
  EXPECT_EQ(kind("qwen3", "gpt2", "qwen2"), "qwen2");
  EXPECT_EQ(kind("gemma3", "llama", "default"), "gemma-spm");
  EXPECT_EQ(kind("gemma4", "gemma4", "gemma4"), "gemma-spm");
  EXPECT_EQ(kind("phi3", "llama", "default"), "phi-3");
  EXPECT_EQ(kind("phi3", "gpt2", "gpt-4o"), "gpt-4o");
  EXPECT_EQ(kind("gpt-oss", "gpt2", "gpt-4o"), "gptoss");
  EXPECT_EQ(kind("bert", "bert", ""), "bert-wordpiece");
  EXPECT_EQ(kind("bert", "t5", ""), "xlm-roberta");
  EXPECT_EQ(kind("t5", "t5", ""), "t5-spm");
  EXPECT_EQ(kind("granitehybrid", "gpt2", "dbrx", 100'352), "granite");
  EXPECT_EQ(kind("granite", "gpt2", "refact", 49'159), "starcoder");
  EXPECT_EQ(kind("mamba", "gpt2", "default", 50'280), "gpt-neox");
}

TEST(GgufTokenizer, NoneAndStrangers) {
  EXPECT_EQ(kind("llama", "no_vocab", ""), "");
  EXPECT_EQ(kind("llama", "", ""), "");
  EXPECT_EQ(kind("llama", "gpt2", "a-new-one"), "");
}

}  // namespace
}  // namespace weighin::gguf
