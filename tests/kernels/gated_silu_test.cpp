// Does "gated silu" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(GatedSilu, AgreesWithTheReference) { expect_rows("gated silu"); }

}  // namespace
}  // namespace weighin::kernels::test
