// Does "route experts" agree with the reference in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(RouteExperts, AgreesWithTheReference) { expect_rows("route experts"); }

}  // namespace
}  // namespace weighin::kernels::test
