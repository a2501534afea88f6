// What does reading a GPU's memory cost?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"

namespace weighin {
namespace {

constexpr std::array kVariants{
    GpuVariant{"subgroup", "vulkan_subgroup", kNeedsSubgroupAdd, kernels::Activation::f32, 0.0},
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 0.0}};

std::int64_t bytes(std::int64_t columns) { return columns; }
std::int64_t operations(std::int64_t columns) { return columns / 4; }

}  // namespace

extern const GpuKernel memory_read_gpu_kernel;
const GpuKernel memory_read_gpu_kernel{.name = "memory read",
                                       .shader = "memory_read",
                                       .format = "",
                                       .kind = GpuKernelKind::memory_read,
                                       .variants = kVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = operations};

}  // namespace weighin
