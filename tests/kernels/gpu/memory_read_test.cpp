// Is `memory read` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuMemoryRead, AgreesWithTheReference) { check_gpu_kernel("memory read", gpu_memory_work); }

}  // namespace
}  // namespace weighin::test
