// Does a model serve what its kind is for, and is one that was made for it told from the others?
#include "advise/uses.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

Verdict of(const std::string& id, const std::string& modality) {
  Verdict made;
  made.model = id;
  made.modality = modality;
  made.context = 4096;
  return made;
}

TEST(Uses, AModelServesWhatItsKindIsFor) {
  EXPECT_TRUE(serves(of("bge-m3", "embedding"), "embed"));
  EXPECT_FALSE(serves(of("bge-m3", "embedding"), ""));
  EXPECT_TRUE(serves(of("whisper-tiny", "speech"), "transcribe"));
  EXPECT_FALSE(serves(of("llama-3.1-8b", "text"), "transcribe"));
  EXPECT_TRUE(serves(of("distilbert", "encoder"), "classify"));
  EXPECT_TRUE(serves(of("t5-small", "text-to-text"), "translate"));
  EXPECT_TRUE(serves(of("llama-3.1-8b", "text"), "chat"));
  EXPECT_FALSE(serves(of("codellama-7b", "text"), "chat"));
  EXPECT_FALSE(serves(of("qwen2.5-coder-7b", "text"), "chat"));
}

TEST(Uses, SomeWereMadeForIt) {
  EXPECT_TRUE(made_for(of("qwen2.5-coder-7b", "text"), "code"));
  EXPECT_TRUE(made_for(of("mamba-codestral-7b-v0.1", "text"), "code"));
  EXPECT_FALSE(made_for(of("qwen3-8b", "text"), "code"));
  EXPECT_TRUE(made_for(of("aya-23-8b", "text"), "translate"));
  for (const char* use : {"embed", "classify", "transcribe"}) EXPECT_FALSE(has_references(use));
  EXPECT_TRUE(has_references("code"));
}

}  // namespace
}  // namespace weighin
