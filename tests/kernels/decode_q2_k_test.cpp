// Does "decode q2_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ2K, AgreesWithTheReference) { expect_agreement("decode q2_k"); }

TEST(DecodeQ2K, DoesNotSaturate) { expect_no_saturation("decode q2_k"); }

}  // namespace
}  // namespace weighin::kernels::test
