// Does "decode f32" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeF32, AgreesWithTheReference) { expect_agreement("decode f32"); }

}  // namespace
}  // namespace weighin::kernels::test
