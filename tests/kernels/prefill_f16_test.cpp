// Does "prefill f16" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(PrefillF16, AgreesWithTheReference) { expect_agreement("prefill f16"); }

}  // namespace
}  // namespace weighin::kernels::test
