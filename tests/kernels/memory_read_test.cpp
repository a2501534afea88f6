// Does "memory read" move every byte in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(MemoryRead, MovesAllOfIt) { expect_all_moved("memory read"); }

}  // namespace
}  // namespace weighin::kernels::test
