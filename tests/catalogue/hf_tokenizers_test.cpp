// Is a tokenizer told by the vocabulary where one model_type has several?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

TEST(HfTokenizers, TheVocabularyTells) {
  EXPECT_EQ(hf_tokenizer("llama", 128256, "llama-spm"), "llama-bpe");
  EXPECT_EQ(hf_tokenizer("llama", 32000, "llama-spm"), "llama-spm");
  EXPECT_EQ(hf_tokenizer("mistral", 131072, "llama-spm"), "tekken");
  EXPECT_EQ(hf_tokenizer("bert", 250037, "bert-wordpiece"), "xlm-roberta");
}

TEST(HfTokenizers, SomeFamiliesAreForeign) {
  EXPECT_TRUE(is_foreign_to_us("rwkv"));
  EXPECT_TRUE(is_foreign_to_us("clip"));
  EXPECT_FALSE(is_foreign_to_us("llama"));
  for (const HfFamily& family : hf_families()) EXPECT_FALSE(is_foreign_to_us(family.model_type));
}

}  // namespace
}  // namespace weighin::catalogue
