// Does "decode bf16" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(DecodeBf16, AgreesWithTheReference) { expect_agreement("decode bf16"); }

}  // namespace
}  // namespace weighin::kernels::test
