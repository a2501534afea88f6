// Does "attention f16" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(AttentionF16, AgreesWithTheReference) { expect_attention("attention f16"); }

}  // namespace
}  // namespace weighin::kernels::test
