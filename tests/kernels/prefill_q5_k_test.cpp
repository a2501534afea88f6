// Does "prefill q5_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ5K, AgreesWithTheReference) { expect_agreement("prefill q5_k"); }

TEST(PrefillQ5K, DoesNotSaturate) { expect_no_saturation("prefill q5_k"); }

}  // namespace
}  // namespace weighin::kernels::test
