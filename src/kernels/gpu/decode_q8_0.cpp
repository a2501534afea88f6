// How do weights in Q8_0 lie for a vector on a GPU, and what do they cost?
#include "kernels/gpu/gpu_kernel.hpp"
#include "kernels/gpu/pack_q8_0.hpp"
#include "kernels/gpu/quantized_variants.hpp"

namespace weighin {

using namespace kernels::gpu;

extern const GpuKernel decode_q8_0_gpu_kernel;
const GpuKernel decode_q8_0_gpu_kernel{.name = "decode q8_0",
                                       .shader = "decode_q8_0",
                                       .format = "Q8_0",
                                       .kind = GpuKernelKind::decode,
                                       .variants = kQuantizedVariants,
                                       .bytes_per_row = q8_0_row_bytes,
                                       .operations_per_row = two_operations,
                                       .column_block = kColumnBlock,
                                       .pack = pack_q8_0};

}  // namespace weighin
