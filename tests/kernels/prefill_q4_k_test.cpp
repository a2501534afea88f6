// Does "prefill q4_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ4K, AgreesWithTheReference) { expect_agreement("prefill q4_k"); }

TEST(PrefillQ4K, DoesNotSaturate) { expect_no_saturation("prefill q4_k"); }

}  // namespace
}  // namespace weighin::kernels::test
