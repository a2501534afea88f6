// Is `dispatch` right on a GPU, in each of its variants?
#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

TEST(GpuDispatch, AgreesWithTheReference) { check_gpu_kernel("dispatch", gpu_dispatch_work); }

}  // namespace
}  // namespace weighin::test
