// Does "memory copy" move every byte in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(MemoryCopy, MovesAllOfIt) { expect_all_moved("memory copy"); }

}  // namespace
}  // namespace weighin::kernels::test
