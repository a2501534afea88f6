// Is `prefill f16` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuPrefillF16, AgreesWithTheReference) { check_gpu_kernel("prefill f16", gpu_prefill_work); }

}  // namespace
}  // namespace weighin::test
