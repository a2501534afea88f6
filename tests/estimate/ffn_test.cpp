// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// a mixture has a router and stacked experts.
TEST(Family_ffn, HasItsTensorsAndItsCount) {
  test::expect_family("olmoe-1b-7b", {"ffn_gate_exps.weight", "ffn_gate_inp.weight"});
}

}  // namespace
}  // namespace weighin
