// Does "prefill q6_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ6K, AgreesWithTheReference) { expect_agreement("prefill q6_k"); }

TEST(PrefillQ6K, DoesNotSaturate) { expect_no_saturation("prefill q6_k"); }

}  // namespace
}  // namespace weighin::kernels::test
