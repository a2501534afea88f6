// Are encoders read: positions behind the padding, shared layers, gated T5?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

TEST(HfEncoders, RobertasPositionsBeginBehindThePadding) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "camembert", "max_position_embeddings": 514, "pad_token_id": 1,
          "type_vocab_size": 1, "vocab_size": 32005})",
      "config.json");
  ASSERT_TRUE(read.ok() && read->shape);
  EXPECT_EQ(read->shape->positions, 514);
  EXPECT_EQ(read->shape->context_max, 512);
}

TEST(HfEncoders, T5IsGatedWhereItSaysSo) {
  const Result<HfConfig> plain = read_hf_config(R"({"model_type": "t5"})", "config.json");
  const Result<HfConfig> gated =
      read_hf_config(R"({"model_type": "t5", "feed_forward_proj": "gated-gelu"})", "config.json");
  ASSERT_TRUE(plain.ok() && gated.ok());
  EXPECT_FALSE(plain->shape->gated_ffn);
  EXPECT_TRUE(gated->shape->gated_ffn);
  EXPECT_EQ(plain->shape->decoder_layers, plain->shape->layers);
}

}  // namespace
}  // namespace weighin::catalogue
