// Does "rms norm" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(RmsNorm, AgreesWithTheReference) { expect_rows("rms norm"); }

}  // namespace
}  // namespace weighin::kernels::test
