// Are tensors found by name and by layer?
#include "catalogue/readers/gguf_index.hpp"

#include <gtest/gtest.h>

namespace weighin::gguf {
namespace {

TEST(GgufIndex, NamesAreTakenApart) {
  const auto same = [](std::string_view name, std::string_view stack, std::int64_t layer,
                       std::string_view kind) {
    const TensorName parsed = parse_name(name);
    EXPECT_EQ(parsed.stack, stack) << name;
    EXPECT_EQ(parsed.layer, layer) << name;
    EXPECT_EQ(parsed.kind, kind) << name;
  };
  same("blk.12.attn_q.weight", "", 12, "attn_q.weight");
  same("dec.blk.3.ffn_up.weight", "dec", 3, "ffn_up.weight");
  same("token_embd.weight", "", -1, "token_embd.weight");
  for (const char* odd :
       {"blk.", "blk.x.y", "blk.3", "blk.-3.x", "blk.99999999999999999999.x", "", "dec.blk"})
    same(odd, "", -1, odd);
}

TEST(GgufIndex, FirstLayerAndDraftLayers) {
  std::vector<FileTensor> tensors(4);
  tensors[0].name = "output.weight";
  tensors[1].name = "blk.2.attn_k.weight";
  tensors[1].size = {8, 4, 1, 1};
  tensors[2].name = "blk.5.attn_k.weight";
  tensors[3].name = "blk.6.nextn.enorm.weight";
  const Index index(tensors, 6);
  EXPECT_TRUE(index.has("output.weight"));
  EXPECT_FALSE(index.has("blk.2.attn_k.weight"));
  ASSERT_TRUE(index.has_layered("attn_k.weight"));
  EXPECT_EQ(index.layered("attn_k.weight")->layers.size(), 2u);
  EXPECT_EQ(index.layered("attn_k.weight")->last().name, "blk.5.attn_k.weight");
  EXPECT_EQ(index.size("attn_k.weight", 1), 4);
  EXPECT_EQ(index.size("attn_q.weight", 1), 0);
  EXPECT_FALSE(index.has_layered("nextn.enorm.weight"));
  EXPECT_EQ(index.layered("attn_k.weight", "enc"), nullptr);
}

TEST(GgufIndex, ComputedTables) {
  EXPECT_TRUE(is_computed_table("rope_freqs.weight"));
  EXPECT_TRUE(is_computed_table("rope_factors_long.weight"));
  EXPECT_TRUE(is_computed_table("blk.3.attn_rot_embd"));
  EXPECT_FALSE(is_computed_table("output.weight"));
}

}  // namespace
}  // namespace weighin::gguf
