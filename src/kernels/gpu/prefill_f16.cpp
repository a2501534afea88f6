// How do weights in F16 lie for many vectors on a GPU, and what do they cost?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

constexpr std::array kVariants{
    GpuVariant{"coopmat", "vulkan_coopmat", kNeedsCooperativeMatrix, kernels::Activation::f16, 2e-5},
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f16, 2e-5}};

std::int64_t bytes(std::int64_t columns) { return 2 * columns; }

/// As they lie in a file.
void pack(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
          unsigned char* packed) {
  std::memcpy(packed, plain, static_cast<std::size_t>(rows * bytes(columns)));
}

}  // namespace

extern const GpuKernel prefill_f16_gpu_kernel;
const GpuKernel prefill_f16_gpu_kernel{.name = "prefill f16",
                                       .shader = "prefill_f16",
                                       .format = "F16",
                                       .kind = GpuKernelKind::prefill,
                                       .variants = kVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack};

}  // namespace weighin
