// Does "decode q5_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ5K, AgreesWithTheReference) { expect_agreement("decode q5_k"); }

TEST(DecodeQ5K, DoesNotSaturate) { expect_no_saturation("decode q5_k"); }

}  // namespace
}  // namespace weighin::kernels::test
