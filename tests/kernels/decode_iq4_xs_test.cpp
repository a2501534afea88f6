// Does "decode iq4_xs" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeIq4Xs, AgreesWithTheReference) { expect_agreement("decode iq4_xs"); }

TEST(DecodeIq4Xs, DoesNotSaturate) { expect_no_saturation("decode iq4_xs"); }

}  // namespace
}  // namespace weighin::kernels::test
