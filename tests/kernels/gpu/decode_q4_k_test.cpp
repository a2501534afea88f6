// Is `decode q4_k` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuDecodeQ4K, AgreesWithTheReference) { check_gpu_kernel("decode q4_k", gpu_decode_work); }

}  // namespace
}  // namespace weighin::test
