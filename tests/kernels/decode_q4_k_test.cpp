// Does "decode q4_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ4K, AgreesWithTheReference) { expect_agreement("decode q4_k"); }

TEST(DecodeQ4K, DoesNotSaturate) { expect_no_saturation("decode q4_k"); }

}  // namespace
}  // namespace weighin::kernels::test
