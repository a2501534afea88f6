// Does "decode q8_0" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ80, AgreesWithTheReference) { expect_agreement("decode q8_0"); }

TEST(DecodeQ80, DoesNotSaturate) { expect_no_saturation("decode q8_0"); }

}  // namespace
}  // namespace weighin::kernels::test
