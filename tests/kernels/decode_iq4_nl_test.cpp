// Does "decode iq4_nl" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeIq4Nl, AgreesWithTheReference) { expect_agreement("decode iq4_nl"); }

TEST(DecodeIq4Nl, DoesNotSaturate) { expect_no_saturation("decode iq4_nl"); }

}  // namespace
}  // namespace weighin::kernels::test
