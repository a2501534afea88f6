// Is `prefill q8_0` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuPrefillQ80, AgreesWithTheReference) { check_gpu_kernel("prefill q8_0", gpu_prefill_work); }

}  // namespace
}  // namespace weighin::test
