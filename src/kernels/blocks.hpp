// How do the blocks of each weight format lie in a model file?
//
// Layouts of GGUF tensors: ggml/src/ggml-common.h and the de-quantizers of gguf-py/gguf/quants.py
// in https://github.com/ggml-org/llama.cpp. Plain structs only: compiled with every instruction
// set's flags.
#pragma once

#include <stdint.h>

namespace weighin::kernels {

/// 32 weights: (nibble - 8) * d; low nibbles are the first 16 weights, high nibbles the last 16.
struct BlockQ4_0 {
  uint16_t d;
  uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// 32 weights: q * d.
struct BlockQ8_0 {
  uint16_t d;
  int8_t qs[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 256 weights in 8 parts of 32: nibble * d * scale - dmin * min, scales and mins of 6 bits. Parts
/// 2p and 2p+1 are the low and the high nibbles of qs[32p … 32p+31].
struct BlockQ4K {
  uint16_t d, dmin;
  uint8_t scales[12];
  uint8_t qs[128];
};
static_assert(sizeof(BlockQ4K) == 144);

/// As Q4_K with a fifth bit: bit p of qh[l] belongs to weight l of part p.
struct BlockQ5K {
  uint16_t d, dmin;
  uint8_t scales[12];
  uint8_t qh[32];
  uint8_t qs[128];
};
static_assert(sizeof(BlockQ5K) == 176);

/// 256 weights in 16 parts of 16: (six bits - 32) * d * scale. Weight 128h + 32p + l has its low
/// bits in nibble p/2 of ql[64h + 32(p%2) + l] and its high bits at bit 2p of qh[32h + l].
struct BlockQ6K {
  uint8_t ql[128];
  uint8_t qh[64];
  int8_t scales[16];
  uint16_t d;
};
static_assert(sizeof(BlockQ6K) == 210);

}  // namespace weighin::kernels
