// What does copying within a GPU's memory cost?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"

namespace weighin {
namespace {

constexpr std::array kVariants{
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 0.0}};

// Read and written, as STREAM counts them.
std::int64_t bytes(std::int64_t columns) { return 2 * columns; }
std::int64_t operations(std::int64_t) { return 0; }

}  // namespace

extern const GpuKernel memory_copy_gpu_kernel;
const GpuKernel memory_copy_gpu_kernel{.name = "memory copy",
                                       .shader = "memory_copy",
                                       .format = "",
                                       .kind = GpuKernelKind::memory_copy,
                                       .variants = kVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = operations};

}  // namespace weighin
