// How do weights in Q4_K lie for a vector on a GPU, and what do they cost?
#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack.hpp"
#include "kernels/gpu/quantized_variants.hpp"

namespace weighin {
namespace {

using namespace kernels::gpu;

std::int64_t bytes(std::int64_t columns) { return columns / 256 * 144; }

// Of part `index`: six bits of scale and six of minimum (blocks.hpp has their order in a file).
unsigned scale_of(const std::uint8_t (&packed)[12], int index) {
  if (index < 4) return packed[index] & 63u;
  return (packed[index + 4] & 15u) | static_cast<unsigned>(packed[index - 4] >> 6) << 4;
}
unsigned minimum_of(const std::uint8_t (&packed)[12], int index) {
  if (index < 4) return packed[index + 4] & 63u;
  return static_cast<unsigned>(packed[index + 4] >> 4) |
         static_cast<unsigned>(packed[index] >> 6) << 4;
}

/// A part's 32 weights become 16 bytes, the first 16 in the low nibbles.
void pack_part(const kernels::BlockQ4K& block, int part, unsigned char* to) {
  const std::uint8_t* codes = block.qs + part / 2 * 32;
  const int shift = part % 2 * 4;
  for (int i = 0; i < 16; ++i) {
    to[i] = static_cast<unsigned char>((codes[i] >> shift & 15) |
                                       (codes[i + 16] >> shift & 15) << 4);
  }
}

/// Four bytes of d and dmin, a byte for each part's low bits, a nibble for its high bits.
void pack_head(const kernels::BlockQ4K& block, unsigned char* to) {
  std::memcpy(to, &block.d, 2);
  std::memcpy(to + 2, &block.dmin, 2);
  std::uint32_t high = 0;
  for (int part = 0; part < 8; ++part) {
    const unsigned scale = scale_of(block.scales, part), least = minimum_of(block.scales, part);
    to[4 + part] = static_cast<unsigned char>((scale & 15u) | (least & 15u) << 4);
    high |= (scale >> 4 | least >> 4 << 2) << (4 * part);
  }
  std::memcpy(to + 12, &high, 4);
}

void pack(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
          unsigned char* packed) {
  const std::int64_t blocks = columns / 256;
  each_row(plain, rows, bytes(columns), packed, [&](const unsigned char* from, unsigned char* to) {
    for (std::int64_t i = 0; i < blocks; ++i) {
      const auto block = block_at<kernels::BlockQ4K>(from, i);
      for (int part = 0; part < 8; ++part) pack_part(block, part, to + 16 * (8 * i + part));
      pack_head(block, to + 128 * blocks + 16 * i);
    }
  });
}

}  // namespace

extern const GpuKernel decode_q4_k_gpu_kernel;
const GpuKernel decode_q4_k_gpu_kernel{.name = "decode q4_k",
                                       .shader = "decode_q4_k",
                                       .format = "Q4_K",
                                       .kind = GpuKernelKind::decode,
                                       .variants = kQuantizedVariants,
                                       .bytes_per_row = bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack};

}  // namespace weighin
