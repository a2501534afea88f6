// Which weights does the CPU keep in a layout of its own, and what does that take?
#pragma once

#include <string_view>

#include "estimate/tensors.hpp"
#include "weighin/formats.hpp"

namespace weighin {

/// Which layouts llama.cpp's CPU backend has kernels for, by the instruction set it was started on.
enum class CpuLayout : std::uint8_t {
  none,  ///< --no-repack, or an instruction set without such kernels
  avx2,
  avx512,  ///< as avx2, and 2-bit K-quants
  amx,     ///< tiles first (Sapphire Rapids and after), what tiles do not take as avx512
  neon,    ///< dotprod or i8mm
};
/// The layout of Plan::repack's word; `base`, "" and unknown words: none.
CpuLayout cpu_layout(std::string_view word);

/// Where one tensor's bytes lie after loading.
struct LoadedTensor {
  Bytes plain_bytes = 0;     ///< as in the file: file-backed pages where the file is mapped
  Bytes repacked_bytes = 0;  ///< in a buffer of its own: anonymous memory, always
};

/// `file_bytes` is the tensor's size in the file; `multiplied_too` is true of an embedding that
/// also serves as output (tied): a layout of its own is then a second copy beside the table.
/// Source: llama.cpp ggml/src/ggml-cpu/{repack.cpp,amx/amx.cpp,amx/mmq.cpp} and
/// src/llama-model-loader.cpp (v0.5.0); equal to the engine's buffers on 2208 loads with AVX-512
/// and 179 with AMX.
LoadedTensor loaded(const Tensor& tensor, const WeightFormat& format, Bytes file_bytes,
                    CpuLayout layout, bool multiplied_too);

}  // namespace weighin
