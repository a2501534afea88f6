// How do weights in F16 lie for a vector on a GPU, and what do they cost?
#include <array>

#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

constexpr std::array kVariants{
    GpuVariant{"subgroup", "vulkan_subgroup", kNeedsSubgroupAdd, kernels::Activation::f32, 2e-5},
    GpuVariant{"plain", "vulkan", kNeedsNothing, kernels::Activation::f32, 2e-5}};

std::int64_t bytes(std::int64_t columns) { return 2 * columns; }

void pack(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
          unsigned char* packed) {
  each_row(plain, rows, bytes(columns), packed, [&](const unsigned char* from, unsigned char* to) {
    for (std::int64_t block = 0; block < columns / 32; ++block) {
      for (std::int64_t part = 0; part < 4; ++part) {
        std::memcpy(to + spread_unit(block, part, 4), from + 64 * block + 16 * part, kUnitBytes);
      }
    }
  });
}

}  // namespace

extern const GpuKernel decode_f16_gpu_kernel;
const GpuKernel decode_f16_gpu_kernel{.name = "decode f16",
                                      .shader = "decode_f16",
                                      .format = "F16",
                                      .kind = GpuKernelKind::decode,
                                      .variants = kVariants,
                                      .bytes_per_row = bytes,
                                      .operations_per_row = two_operations,
                                      .column_block = kColumnBlock,
                                      .pack = pack};

}  // namespace weighin
