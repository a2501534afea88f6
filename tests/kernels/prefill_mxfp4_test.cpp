// Does "prefill mxfp4" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillMxfp4, AgreesWithTheReference) { expect_agreement("prefill mxfp4"); }

TEST(PrefillMxfp4, DoesNotSaturate) { expect_no_saturation("prefill mxfp4"); }

}  // namespace
}  // namespace weighin::kernels::test
