// Does "decode f16" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeF16, AgreesWithTheReference) { expect_agreement("decode f16"); }

}  // namespace
}  // namespace weighin::kernels::test
