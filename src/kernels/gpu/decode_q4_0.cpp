// How do weights in Q4_0 lie for a vector on a GPU, and what do they cost?
#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack.hpp"
#include "kernels/gpu/quantized_variants.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

std::int64_t bytes(std::int64_t columns) { return columns / 32 * 18; }

void pack(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
          unsigned char* packed) {
  const std::int64_t blocks = columns / 32;
  each_row(plain, rows, bytes(columns), packed, [&](const unsigned char* from, unsigned char* to) {
    for (std::int64_t i = 0; i < blocks; ++i) {
      const auto block = block_at<kernels::BlockQ4_0>(from, i);
      std::memcpy(to + 16 * i, block.qs, 16);
      std::memcpy(to + 16 * blocks + 2 * i, &block.d, 2);
    }
  });
}

}  // namespace

extern const GpuKernel decode_q4_0_gpu_kernel;
const GpuKernel decode_q4_0_gpu_kernel{.name = "decode q4_0",
                                       .shader = "decode_q4_0",
                                       .format = "Q4_0",
                                       .kind = GpuKernelKind::decode,
                                       .variants = kQuantizedVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack};

}  // namespace weighin
