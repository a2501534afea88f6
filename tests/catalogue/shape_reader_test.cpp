// Are a shape's hyperparameters all taken, and impossible ones refused?
#include "catalogue/shape_reader.hpp"

#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

std::string fault_of(const std::string& inner, Shape* out = nullptr) {
  const Result<JsonNode> root = read_json("{" + inner + "}", "s.json");
  EXPECT_TRUE(root) << inner;
  if (!root) return "broken test";
  Faults faults("s.json");
  const Shape shape = read_shape(*root, "m", 1, faults);
  if (out != nullptr) *out = shape;
  return faults.any() ? faults.first().what.substr(3) : "";
}

const std::string kPlain =
    R"("kind": "decoder", "layers": 4, "hidden": 64, "vocab": 1000, "heads": 8, "kv_heads": 2, "head_dim": 8)";

TEST(ShapeReader, TakesEveryPart) {
  Shape s;
  EXPECT_EQ(fault_of(kPlain + R"(, "architecture": "deepseek2", "ffn": 256, "tied_embeddings": true,
    "gated_ffn": false, "qk_norm": true, "norms_per_layer": 4, "sliding_window": 512, "swa_pattern": "1 local : 1 global",
    "kv_swa_layers": 2, "attention_layers": [1, 3], "tokenizer": "llama-bpe", "norm_weight": false,
    "experts": {"count": 8, "used": 2, "ffn": 32, "shared_count": 1, "shared_ffn": 32, "leading_dense": 1, "correction_bias": true},
    "latent": {"q_lora_rank": 16, "kv_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8},
    "state_space": {"inner": 128, "state": 16, "conv": 4, "groups": 1, "heads": 2, "head_dim": 64},
    "linear": {"k_heads": 2, "v_heads": 4, "k_dim": 8, "v_dim": 8, "conv": 4})",
                     &s),
            "");
  EXPECT_EQ(s.kind, "decoder");
  EXPECT_EQ(s.architecture, "deepseek2");
  EXPECT_EQ(s.layers, 4);
  EXPECT_TRUE(s.tied_embeddings);
  EXPECT_FALSE(s.gated_ffn);
  EXPECT_FALSE(s.norm_weight);
  EXPECT_EQ(s.norms_per_layer, 4);
  EXPECT_EQ(s.kv_layers, -1);  // as `layers`
  EXPECT_EQ(s.attention_layers, (std::vector<std::int64_t>{1, 3}));
  ASSERT_TRUE(s.experts && s.latent && s.state_space && s.linear);
  EXPECT_EQ(s.experts->used, 2);
  EXPECT_TRUE(s.experts->correction_bias);
  EXPECT_FALSE(s.experts->router_bias);
  EXPECT_EQ(s.experts->interval, 1);
  EXPECT_EQ(s.latent->v_head_dim, 8);
  EXPECT_EQ(s.state_space->head_dim, 64);
  EXPECT_EQ(s.linear->v_heads, 4);
}

TEST(ShapeReader, RefusesWhatNoModelHas) {
  EXPECT_EQ(fault_of(kPlain), "");
  EXPECT_EQ(fault_of(R"("layers": 1, "hidden": 1, "vocab": 1)"), "\"kind\" is missing");
  EXPECT_EQ(fault_of(R"("kind": "x", "hidden": 1, "vocab": 1)"), "\"layers\" is missing or 0");
  EXPECT_EQ(fault_of(R"("kind": "x", "layers": 1, "vocab": 1)"), "\"hidden\" is missing or 0");
  EXPECT_EQ(fault_of(R"("kind": "x", "layers": 1, "hidden": 1)"), "\"vocab\" is missing or 0");
  EXPECT_EQ(fault_of(R"("kind": "x", "layers": 1, "hidden": 1, "vocab": 1, "heads": 4)"),
            "\"heads\" needs \"kv_heads\" and \"head_dim\"");
  EXPECT_EQ(
      fault_of(
          R"("kind": "x", "layers": 1, "hidden": 1, "vocab": 1, "heads": 4, "kv_heads": 8, "head_dim": 1)"),
      "\"kv_heads\" is 8, more than \"heads\", 4");
  EXPECT_EQ(fault_of(kPlain + R"(, "tied_embedding": true)"),
            "\"tied_embedding\" is no field that is known here");
  EXPECT_EQ(fault_of(kPlain + R"(, "ffn": 99999999)"),
            "\"ffn\" is 99999999, not from 0 to 1048576");
  EXPECT_EQ(fault_of(kPlain + R"(, "kv_layers": 5)"), "\"kv_layers\" is 5 of 4 layers");
  EXPECT_EQ(fault_of(kPlain + R"(, "kv_swa_layers": 2)"),
            "\"kv_swa_layers\" without a \"sliding_window\"");
  EXPECT_EQ(fault_of(kPlain + R"(, "file_vocab": 1001)"), "\"file_vocab\" is more than \"vocab\"");
  EXPECT_EQ(fault_of(kPlain + R"(, "attention_layers": [3, 1])"),
            "\"attention_layers\" must rise and stay below 4");
  EXPECT_EQ(fault_of(kPlain + R"(, "attention_layers": [4])"),
            "\"attention_layers\" must rise and stay below 4");
  EXPECT_EQ(fault_of(kPlain + R"(, "experts": {"count": 8, "used": 9, "ffn": 4})"),
            "\"used\" is 9 of 8 experts");
  EXPECT_EQ(fault_of(kPlain + R"(, "experts": {"used": 1})"),
            "\"experts\" needs \"count\", \"used\" and \"ffn\" of 1 or more");
  EXPECT_EQ(fault_of(kPlain + R"(, "experts": {"count": 8, "used": 2, "ffn": 4, "interval": 0})"),
            "\"interval\" is 0: every how many layers?");
  EXPECT_EQ(fault_of(kPlain + R"(, "experts": 8)"), "\"experts\" is a whole number, not an object");
  EXPECT_EQ(fault_of(kPlain + R"(, "latent": {"rank": 8})"),
            "\"rank\" is no field that is known here");
}

}  // namespace
}  // namespace weighin::catalogue
