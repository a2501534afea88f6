// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// latent attention keeps one compressed vector.
TEST(Family_attention, HasItsTensorsAndItsCount) {
  test::expect_family("deepseek-v2-lite",
                      {"attn_kv_a_mqa.weight", "attn_k_b.weight", "attn_v_b.weight"});
}

}  // namespace
}  // namespace weighin
