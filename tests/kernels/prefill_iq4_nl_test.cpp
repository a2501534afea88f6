// Does "prefill iq4_nl" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillIq4Nl, AgreesWithTheReference) { expect_agreement("prefill iq4_nl"); }

TEST(PrefillIq4Nl, DoesNotSaturate) { expect_no_saturation("prefill iq4_nl"); }

}  // namespace
}  // namespace weighin::kernels::test
