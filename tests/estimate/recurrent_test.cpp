// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// Mamba has state-space tensors in place of attention.
TEST(Family_recurrent, HasItsTensorsAndItsCount) {
  test::expect_family("mamba-370m", {"ssm_in.weight", "ssm_conv1d.weight", "ssm_a"});
}

// Mamba-2 keeps groups of heads; Jamba norms its gates, and attends in one layer of eight.
TEST(Family_recurrent, Mamba2AndJamba) {
  test::expect_family("mamba-codestral-7b-v0.1", {"ssm_in.weight", "ssm_norm.weight", "ssm_a"});
  test::expect_family("jamba-v0.1",
                      {"ssm_dt_norm.weight", "attn_q.weight", "ffn_gate_exps.weight"});
}

}  // namespace
}  // namespace weighin
