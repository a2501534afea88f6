// Does "decode q6_k" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeQ6K, AgreesWithTheReference) { expect_agreement("decode q6_k"); }

TEST(DecodeQ6K, DoesNotSaturate) { expect_no_saturation("decode q6_k"); }

}  // namespace
}  // namespace weighin::kernels::test
