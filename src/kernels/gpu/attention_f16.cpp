// What does one token's look back at a cache in F16 cost on a GPU?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"

namespace weighin {
namespace {

// exp() may err by 3 + 2|x| units in the last place (Vulkan, "Precision of GLSL.std.450 instructions").
constexpr std::array kVariants{
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 2e-4}};

std::int64_t bytes(std::int64_t columns) { return 2 * 2 * columns; }
// Four queries, keys and values.
std::int64_t operations(std::int64_t columns) { return 4 * 2 * 2 * columns; }

}  // namespace

extern const GpuKernel attention_f16_gpu_kernel;
const GpuKernel attention_f16_gpu_kernel{.name = "attention f16",
                                         .shader = "attention_f16",
                                         .format = "F16",
                                         .kind = GpuKernelKind::attention,
                                         .variants = kVariants,
                                         .bytes_per_row = bytes,
                                         .operations_per_row = operations,
                                         .column_block = 64};

}  // namespace weighin
