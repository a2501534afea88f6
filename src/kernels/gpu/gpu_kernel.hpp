// What is a kernel on a GPU, and what does it say of itself?
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/kernel.hpp"

namespace weighin {

/// What a variant of a kernel asks of the device; several together.
enum GpuNeed : std::uint32_t {
  kNeedsNothing = 0,             ///< Vulkan 1.1, a workgroup of 128 and 16 KiB of shared memory
  kNeedsSubgroupAdd = 1,         ///< arithmetic among the invocations of a subgroup
  kNeedsIntegerDot = 2,          ///< products of four bytes at a time, in hardware
  kNeedsCooperativeMatrix = 4,   ///< VK_KHR_cooperative_matrix: 16-bit floats, summed in 32 bits
};

/// One way to do a kernel's work: its shader, compiled as one of its variants.
struct GpuVariant {
  std::string_view shader;  ///< the variant's name in the file's line "// Variants:"
  std::string_view isa;     ///< "vulkan", "vulkan_subgroup", "vulkan_dot", "vulkan_coopmat"
  std::uint32_t needs = kNeedsNothing;
  /// How the vectors are rounded before they meet the weights.
  kernels::Activation activation = kernels::Activation::f32;
  /// The result may differ from the reference by this share of sum(|weight * activation|).
  double error_bound = 0.0;
};

enum class GpuKernelKind {
  memory_read,  ///< sums all words of the data
  memory_copy,  ///< copies the data
  decode,       ///< matrix times one vector
  prefill,      ///< matrix times many vectors
  attention,    ///< one token's queries against all heads of a KV cache
  dispatch,     ///< hardly anything: what it costs to start a kernel, and to wait for one
};

/// One kernel: the file NAME.comp beside its row. Sizes in bytes unless said otherwise.
struct GpuKernel {
  std::string_view name;    ///< "decode q4_0"
  std::string_view shader;  ///< "decode_q4_0"
  std::string_view format;  ///< of the weights or the cache; "" where there is none
  GpuKernelKind kind = GpuKernelKind::dispatch;
  std::span<const GpuVariant> variants;  ///< the best first; the last one runs anywhere
  /// One row of weights: what it takes in memory, and the operations for one vector (a product and a
  /// sum are two). Attention: one cell of one head, keys and values.
  std::int64_t (*bytes_per_row)(std::int64_t columns) = nullptr;
  std::int64_t (*operations_per_row)(std::int64_t columns) = nullptr;
  std::int64_t column_block = 1;  ///< columns come in multiples of this
  /// Rearranges rows of plain blocks as they lie in a model file; the size stays the same.
  void (*pack)(const unsigned char* plain, std::int64_t rows, std::int64_t columns,
               unsigned char* packed) = nullptr;
};

/// All kernels, by file name. Written by src/cmake/registry.cmake.
std::span<const GpuKernel* const> gpu_kernel_table();

}  // namespace weighin
