// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// Gemma 4 scales each layer.
TEST(Family_gemma4, HasItsTensorsAndItsCount) {
  test::expect_family("gemma-4-e2b", {"per_layer_token_embd.weight", "layer_output_scale.weight"});
}

}  // namespace
}  // namespace weighin
