// Does "prefill q8_0" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ80, AgreesWithTheReference) { expect_agreement("prefill q8_0"); }

TEST(PrefillQ80, DoesNotSaturate) { expect_no_saturation("prefill q8_0"); }

}  // namespace
}  // namespace weighin::kernels::test
