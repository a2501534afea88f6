// How do weights in Q6_K lie for a vector on a GPU, and what do they cost?
#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack.hpp"
#include "kernels/gpu/quantized_variants.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

std::int64_t bytes(std::int64_t columns) { return columns / 256 * 210; }

/// The six bits of weight `index` of a block (blocks.hpp has their order in a file).
unsigned code_of(const kernels::BlockQ6K& block, int index) {
  const int half = index / 128, quarter = index % 128 / 32, l = index % 32;
  const unsigned low = block.ql[64 * half + 32 * (quarter % 2) + l] >> (quarter / 2 * 4) & 15;
  const unsigned high = block.qh[32 * half + l] >> (2 * quarter) & 3;
  return low | high << 4;
}

/// 32 weights: 16 bytes with the low bits, the first 16 in the low nibbles; 8 bytes with the high
/// bits: byte i of word k has those of 8k + i, 8k + 4 + i, 16 + 8k + i and 16 + 8k + 4 + i.
void pack_part(const kernels::BlockQ6K& block, int part, unsigned char* low, unsigned char* high) {
  std::memset(low, 0, 16);
  std::memset(high, 0, 8);
  for (int i = 0; i < 32; ++i) {
    const unsigned code = code_of(block, 32 * part + i);
    low[i % 16] = static_cast<unsigned char>(low[i % 16] | (code & 15u) << (i / 16 * 4));
    unsigned char& byte = high[i % 16 / 8 * 4 + i % 4];
    byte = static_cast<unsigned char>(byte | (code >> 4) << (i % 8 / 4 * 2 + i / 16 * 4));
  }
}

void pack(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
          unsigned char* packed) {
  const std::int64_t blocks = columns / 256, parts = columns / 32;
  each_row(plain, rows, bytes(columns), packed, [&](const unsigned char* from, unsigned char* to) {
    for (std::int64_t i = 0; i < blocks; ++i) {
      const auto block = block_at<kernels::BlockQ6K>(from, i);
      for (int part = 0; part < 8; ++part) {
        pack_part(block, part, to + 16 * (8 * i + part), to + 16 * parts + 8 * (8 * i + part));
      }
      std::memcpy(to + 24 * parts + 16 * i, block.scales, 16);
      std::memcpy(to + 26 * parts + 2 * i, &block.d, 2);
    }
  });
}

}  // namespace

extern const GpuKernel decode_q6_k_gpu_kernel;
const GpuKernel decode_q6_k_gpu_kernel{.name = "decode q6_k",
                                       .shader = "decode_q6_k",
                                       .format = "Q6_K",
                                       .kind = GpuKernelKind::decode,
                                       .variants = kQuantizedVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack};

}  // namespace weighin
