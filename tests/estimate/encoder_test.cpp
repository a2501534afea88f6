// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// BERT embeds segments and positions.
TEST(Family_encoder, HasItsTensorsAndItsCount) {
  test::expect_family("bert-base-uncased",
                      {"token_types.weight", "position_embd.weight", "layer_output_norm.weight"});
}

}  // namespace
}  // namespace weighin
