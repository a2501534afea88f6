// Do different spellings of a name give the same words?
#include "catalogue/names.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

using Words = std::vector<std::string>;

TEST(Names, AreTakenApart) {
  EXPECT_EQ(name_words("google/gemma-2b-it").bare, (Words{"gemma", "2b"}));
  EXPECT_EQ(name_words("google/gemma-2b-it").all, (Words{"gemma", "2b", "it"}));
  EXPECT_EQ(name_words("Gemma 2 B").bare, (Words{"gemma", "2b"}));
  EXPECT_EQ(name_words("Qwen2.5-7B-Instruct").bare, (Words{"qwen", "2.5", "7b"}));
  EXPECT_EQ(name_words("qwen2.5:7b").bare, (Words{"qwen", "2.5", "7b"}));
  EXPECT_EQ(name_words("https://huggingface.co/Qwen/Qwen3-8B/").bare, (Words{"qwen", "3", "8b"}));
  EXPECT_EQ(name_words("phi3.5mini").bare, (Words{"phi", "3.5", "mini"}));
  EXPECT_EQ(name_words("Mixtral-8x7B-Instruct-v0.1").bare, (Words{"mixtral", "8x7b", "v0.1"}));
  EXPECT_EQ(name_words("gemma-2b-it.Q4_K_M.gguf").bare, (Words{"gemma", "2b"}));
  EXPECT_EQ(name_words("gemma-2-2b-it-IQ4_XS").bare, (Words{"gemma", "2", "2b"}));
  EXPECT_EQ(name_words("TinyLlama-1.1B-Chat-v1.0-q4f16_1-MLC-1k").bare,
            (Words{"tinyllama", "1.1b", "v1.0"}));
  EXPECT_EQ(name_words("Llama-3.2-1B-Instruct-UD-Q4_K_XL").bare, (Words{"llama", "3.2", "1b"}));
  EXPECT_EQ(name_words("phi-1_5").bare, (Words{"phi", "1", "5"}));
  EXPECT_EQ(name_words_with_points("phi-1_5").bare, (Words{"phi", "1.5"}));
  EXPECT_EQ(name_words_with_points("gemma_2b").bare, (Words{"gemma", "2b"}));
  EXPECT_EQ(name_words("gpt4o").bare, (Words{"gpt", "4o"}));
  EXPECT_EQ(name_words("T5-small").bare, (Words{"t5", "small"}));
  EXPECT_EQ(name_words("Qwen3-30B-A3B").bare, (Words{"qwen", "3", "30b", "a3b"}));
  EXPECT_EQ(name_words("").bare, Words{});
  EXPECT_EQ(name_words("///...---").bare, Words{});
  EXPECT_EQ(name_words("instruct").bare, Words{});
  EXPECT_EQ(name_words("Modèle-7B").bare, (Words{"modèle", "7b"}));
}

TEST(Names, CollapseKeepsNumbersApart) {
  EXPECT_EQ(collapsed({"gemma", "2", "2b"}), "gemma2-2b");
  EXPECT_NE(collapsed(name_words("gemma 22b").bare), collapsed(name_words("gemma 2 2b").bare));
  EXPECT_EQ(collapsed(name_words("gptoss20b").bare), collapsed(name_words("gpt-oss-20b").bare));
  EXPECT_EQ(collapsed({}), "");
}

}  // namespace
}  // namespace weighin::catalogue
