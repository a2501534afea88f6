// Does "prefill iq4_xs" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillIq4Xs, AgreesWithTheReference) { expect_agreement("prefill iq4_xs"); }

TEST(PrefillIq4Xs, DoesNotSaturate) { expect_no_saturation("prefill iq4_xs"); }

}  // namespace
}  // namespace weighin::kernels::test
