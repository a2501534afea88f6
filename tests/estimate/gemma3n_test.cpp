// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// Gemma 3n has per-layer embeddings, AltUp and LAuReL.
TEST(Family_gemma3n, HasItsTensorsAndItsCount) {
  test::expect_family("gemma-3n-e2b",
                      {"per_layer_token_embd.weight", "altup_proj.weight", "laurel_l.weight"});
}

}  // namespace
}  // namespace weighin
