// In which ways does a GPU multiply quantized weights with one vector?
#pragma once

#include <array>

#include "kernels/gpu/gpu_kernel.hpp"

namespace weighin::kernels::gpu {

/// The best first. With an integer dot product the vector is rounded to 8 bits, elsewhere it stays as
/// it is.
inline constexpr std::array kQuantizedVariants{
    GpuVariant{"dot", "vulkan_dot", kNeedsSubgroupAdd | kNeedsIntegerDot, Activation::q8_per_32,
               2e-5},
    GpuVariant{"subgroup", "vulkan_subgroup", kNeedsSubgroupAdd, Activation::f32, 2e-5},
    GpuVariant{"plain", "vulkan", kNeedsNothing, Activation::f32, 2e-5}};

}  // namespace weighin::kernels::gpu
