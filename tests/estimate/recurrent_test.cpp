// Does a model of this family have its family's tensors, and the published count?
#include "estimate/family.hpp"

namespace weighin {
namespace {

// Mamba has state-space tensors in place of attention.
TEST(Family_recurrent, HasItsTensorsAndItsCount) {
  test::expect_family("mamba-370m", {"ssm_in.weight", "ssm_conv1d.weight", "ssm_a"});
}

}  // namespace
}  // namespace weighin
