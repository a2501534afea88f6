// Is `decode q4_0` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuDecodeQ40, AgreesWithTheReference) { check_gpu_kernel("decode q4_0", gpu_decode_work); }

}  // namespace
}  // namespace weighin::test
