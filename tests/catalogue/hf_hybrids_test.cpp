// Are layers that do not attend told from those that do?
#include <fmt/format.h>
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

TEST(HfHybrids, ARecurrentModelHasItsOwnKind) {
  const auto kind = [](const char* text) {
    const Result<HfConfig> read = read_hf_config(text, "config.json");
    return read.ok() && read->shape ? read->shape->kind : "none";
  };
  EXPECT_EQ(kind(R"({"model_type": "jamba"})"), "jamba");
  EXPECT_EQ(kind(R"({"model_type": "mamba2"})"), "mamba2");
  EXPECT_EQ(kind(R"({"model_type": "mamba"})"), "mamba1");
}

TEST(HfHybrids, Rwkv7MustSayItsRanks) {
  const auto read = [](const char* more) {
    return read_hf_config(
        fmt::format(R"({{"model_type": "rwkv7", "hidden_size": 768, "num_hidden_layers": 12,
                         "vocab_size": 65536, "decay_low_rank_dim": 64, "a_low_rank_dim": 64,
                         "v_low_rank_dim": 32{}}})",
                    more),
        "config.json");
  };
  const Result<HfConfig> whole = read(R"(, "gate_low_rank_dim": 128, "hidden_ratio": 3.5)");
  ASSERT_TRUE(whole.ok()) << whole.error().what;
  EXPECT_EQ(whole->shape->time_mix->gate_rank, 128);
  EXPECT_EQ(whole->shape->ffn, 2688);
  EXPECT_EQ(whole->shape->kv_layers, 0);
  const Result<HfConfig> without = read("");
  ASSERT_FALSE(without.ok());
  EXPECT_NE(without.error().what.find("gate_low_rank_dim"), std::string::npos);
  const Result<HfConfig> mixed = read(R"(, "gate_low_rank_dim": 128, "attn": {"layers": [3]})");
  ASSERT_FALSE(mixed.ok());
  EXPECT_NE(mixed.error().what.find("attn"), std::string::npos);
}

TEST(HfHybrids, AHybridMustSayWhichLayersAttend) {
  const Result<HfConfig> read =
      read_hf_config(R"({"model_type": "lfm2", "num_hidden_layers": 4})", "config.json");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().what.find("full_attn_idxs"), std::string::npos);
}

}  // namespace
}  // namespace weighin::catalogue
