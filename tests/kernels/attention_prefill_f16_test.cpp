// Does "attention prefill f16" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(AttentionPrefillF16, AgreesWithTheReference) { expect_attention("attention prefill f16"); }

}  // namespace
}  // namespace weighin::kernels::test
