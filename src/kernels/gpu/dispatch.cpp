// What is there to say of a kernel that does nothing?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"

namespace weighin {
namespace {

constexpr std::array kVariants{
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 0.0}};

std::int64_t one(std::int64_t) { return 1; }

}  // namespace

extern const GpuKernel dispatch_gpu_kernel;
const GpuKernel dispatch_gpu_kernel{.name = "dispatch",
                                    .shader = "dispatch",
                                    .format = "",
                                    .kind = GpuKernelKind::dispatch,
                                    .variants = kVariants,
                                    .bytes_per_row = one,
                                    .operations_per_row = one};

}  // namespace weighin
