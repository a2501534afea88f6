// Does "rope" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(Rope, AgreesWithTheReference) { expect_rows("rope"); }

}  // namespace
}  // namespace weighin::kernels::test
