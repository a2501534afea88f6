// Is every row of the table of families one that can stand?
#include "catalogue/readers/hf_families.hpp"

#include <gtest/gtest.h>

#include <set>

namespace weighin::catalogue {
namespace {

TEST(HfFamilies, EachNameStandsOnceAndHasATokenizer) {
  std::set<std::string_view> names;
  for (const HfFamily& family : hf_families()) {
    EXPECT_TRUE(names.insert(family.model_type).second) << family.model_type;
    EXPECT_FALSE(family.tokenizer.empty()) << family.model_type;
    EXPECT_LE(family.defaults.kv_heads, family.defaults.heads) << family.model_type;
    EXPECT_LE(family.defaults.vocab, kHfMostVocab);
    // A window is of all layers or of some.
    EXPECT_FALSE((family.traits & kHfWindow) != 0 && (family.traits & kHfPattern) != 0)
        << family.model_type;
  }
  EXPECT_GE(names.size(), 80u);
}

TEST(HfFamilies, ATextModelIsFoundUnderItsLongerName) {
  ASSERT_NE(find_hf_family("gemma3_text"), nullptr);
  EXPECT_EQ(find_hf_family("gemma3_text"), find_hf_family("gemma3"));
  EXPECT_EQ(find_hf_family("llama4_text")->architecture, "llama4");
  EXPECT_EQ(find_hf_family("nothing"), nullptr);
  EXPECT_EQ(find_hf_family(""), nullptr);
  EXPECT_EQ(find_hf_family("_text"), nullptr);
}

}  // namespace
}  // namespace weighin::catalogue
