// Is `decode f16` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuDecodeF16, AgreesWithTheReference) { check_gpu_kernel("decode f16", gpu_decode_work); }

}  // namespace
}  // namespace weighin::test
