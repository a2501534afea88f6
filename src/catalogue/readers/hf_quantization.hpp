// How are the weights of a checkpoint packed, by its config?
#pragma once

#include <string>

#include "catalogue/readers/hf_values.hpp"

namespace weighin::catalogue {

/// Who packed the weights; decides how many weights one stored value holds.
enum class HfPacking {
  none,
  gptq,        ///< I32, 32/bits weights a value; scales, zeros and order beside
  awq,         ///< the same, packed along the other side
  bnb4,        ///< U8, two weights a byte
  bnb8,        ///< I8
  fp8,         ///< F8
  compressed,  ///< compressed-tensors: packed I32 or U8, or plain I8 or F8
  mxfp4,       ///< gpt-oss: U8 blocks, two weights a byte
  nvfp4,       ///< ModelOpt: U8, two weights a byte
  mlx,         ///< U32, 32/bits weights a value
  bitnet,      ///< U8, four ternary weights a byte
  hqq,         ///< 8/bits weights a byte
  other,       ///< a method whose packing is not known here
};

struct HfQuantization {
  HfPacking packing = HfPacking::none;
  std::string format;  ///< in the field's words: "GPTQ-4bit-g128"; empty where not quantized
  std::int64_t bits = 0;
  std::int64_t group = 0;  ///< weights that share a scale; 0 = not said or all
};

/// From "quantization_config" (Hugging Face) or "quantization" (MLX) of the outer document.
HfQuantization read_hf_quantization(HfValues& values);

}  // namespace weighin::catalogue
