// Does "decode mxfp4" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeMxfp4, AgreesWithTheReference) { expect_agreement("decode mxfp4"); }

TEST(DecodeMxfp4, DoesNotSaturate) { expect_no_saturation("decode mxfp4"); }

}  // namespace
}  // namespace weighin::kernels::test
