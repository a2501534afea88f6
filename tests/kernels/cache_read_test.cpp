// Does "cache read" move every byte in every instruction set?
#include "kernels/kernel_check.hpp"

namespace weighin::kernels::test {
namespace {

TEST(CacheRead, MovesAllOfIt) { expect_all_moved("cache read"); }

}  // namespace
}  // namespace weighin::kernels::test
