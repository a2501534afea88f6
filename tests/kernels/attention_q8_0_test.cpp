// Does "attention q8_0" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(AttentionQ80, AgreesWithTheReference) { expect_attention("attention q8_0"); }

}  // namespace
}  // namespace weighin::kernels::test
