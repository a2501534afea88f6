// Does "prefill q2_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ2K, AgreesWithTheReference) { expect_agreement("prefill q2_k"); }

TEST(PrefillQ2K, DoesNotSaturate) { expect_no_saturation("prefill q2_k"); }

}  // namespace
}  // namespace weighin::kernels::test
