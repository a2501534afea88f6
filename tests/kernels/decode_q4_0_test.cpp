// Does "decode q4_0" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ40, AgreesWithTheReference) { expect_agreement("decode q4_0"); }

TEST(DecodeQ40, DoesNotSaturate) { expect_no_saturation("decode q4_0"); }

}  // namespace
}  // namespace weighin::kernels::test
