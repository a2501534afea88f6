// Does "prefill q4_0" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillQ40, AgreesWithTheReference) { expect_agreement("prefill q4_0"); }

TEST(PrefillQ40, DoesNotSaturate) { expect_no_saturation("prefill q4_0"); }

}  // namespace
}  // namespace weighin::kernels::test
