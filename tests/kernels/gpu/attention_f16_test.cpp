// Is `attention f16` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuAttentionF16, AgreesWithTheReference) { check_gpu_kernel("attention f16", gpu_attention_work); }

}  // namespace
}  // namespace weighin::test
