// How do weights in Q8_0 lie for a vector on a GPU, and what do they cost?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack_q8_0.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

constexpr std::array kVariants{
    GpuVariant{"dot", "vulkan_dot", kNeedsSubgroupAdd | kNeedsIntegerDot,
               kernels::Activation::q8_per_32, 2e-5},
    GpuVariant{"subgroup", "vulkan_subgroup", kNeedsSubgroupAdd, kernels::Activation::f32, 2e-5},
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 2e-5}};

}  // namespace

extern const GpuKernel decode_q8_0_gpu_kernel;
const GpuKernel decode_q8_0_gpu_kernel{.name = "decode q8_0",
                                       .shader = "decode_q8_0",
                                       .format = "Q8_0",
                                       .kind = GpuKernelKind::decode,
                                       .variants = kVariants,
                                       .bytes_per_row = q8_0_row_bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack_q8_0};

}  // namespace weighin
