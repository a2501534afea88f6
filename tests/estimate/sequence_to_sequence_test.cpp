// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// T5 has relative positions on both sides.
TEST(Family_sequence_to_sequence, HasItsTensorsAndItsCount) {
  test::expect_family("t5-small", {"enc.attn_rel_b.weight", "dec.attn_rel_b.weight",
                                   "enc.attn_o.weight", "dec.cross_attn_o.weight"});
}

}  // namespace
}  // namespace weighin
