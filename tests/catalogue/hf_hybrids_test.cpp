// Are layers that do not attend told from those that do?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

TEST(HfHybrids, JambaAttendsByPeriodAndOffset) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "jamba", "num_hidden_layers": 32, "attn_layer_period": 8,
          "attn_layer_offset": 4, "num_experts": 16, "num_experts_per_tok": 2,
          "expert_layer_period": 2, "mamba_d_state": 16, "mamba_dt_rank": 256})",
      "config.json");
  ASSERT_TRUE(read.ok()) << read.error().what;
  ASSERT_TRUE(read->shape && read->shape->state_space && read->shape->experts);
  EXPECT_EQ(read->shape->attention_layers, (std::vector<std::int64_t>{4, 12, 20, 28}));
  EXPECT_EQ(read->shape->kv_layers, 4);
  EXPECT_EQ(read->shape->experts->interval, 2);
  EXPECT_EQ(read->shape->state_space->dt_rank, 256);
}

TEST(HfHybrids, Mamba2HasHeads) {
  const Result<HfConfig> read = read_hf_config(
      R"({"model_type": "mamba2", "hidden_size": 2560, "num_hidden_layers": 64, "num_heads": 80,
          "head_dim": 64, "state_size": 128, "n_groups": 1, "expand": 2, "vocab_size": 50288})",
      "config.json");
  ASSERT_TRUE(read.ok() && read->shape && read->shape->state_space);
  EXPECT_EQ(read->shape->state_space->inner, 5120);
  EXPECT_EQ(read->shape->state_space->heads, 80);
  EXPECT_EQ(read->shape->kv_layers, 0);
  EXPECT_EQ(read->shape->heads, 0);
}

TEST(HfHybrids, AHybridMustSayWhichLayersAttend) {
  const Result<HfConfig> read =
      read_hf_config(R"({"model_type": "lfm2", "num_hidden_layers": 4})", "config.json");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().what.find("full_attn_idxs"), std::string::npos);
}

}  // namespace
}  // namespace weighin::catalogue
