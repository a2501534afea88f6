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

/// 32 weights: table[nibble] * d, nibbles as in Q4_0; the table is kIq4Values.
struct BlockIq4Nl {
  uint16_t d;
  uint8_t qs[16];
};
static_assert(sizeof(BlockIq4Nl) == 18);

/// 32 weights: table[nibble] * 2^(e - 128), nibbles as in Q4_0; the table is kMxfp4Values, twice
/// what the nibble means as a float of 1 sign, 2 exponent and 1 mantissa bits.
struct BlockMxfp4 {
  uint8_t e;
  uint8_t qs[16];
};
static_assert(sizeof(BlockMxfp4) == 17);

constexpr int8_t kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                   1,    13,   25,  38,  53,  69,  89,  113};
constexpr int8_t kMxfp4Values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// 256 weights in 16 parts of 16: two bits * d * scale - dmin * min; a byte of `scales` is the
/// part's scale (low nibble) and min (high nibble). Weight 128h + 32p + l lies at bit 2p of
/// qs[32h + l].
struct BlockQ2K {
  uint8_t scales[16];
  uint8_t qs[64];
  uint16_t d, dmin;
};
static_assert(sizeof(BlockQ2K) == 84);

/// 256 weights in 8 parts of 32, each as in IQ4_NL: table[nibble] * d * (scale - 32); the scale's
/// low four bits are nibble p of scales_l, its high two bits at bit 2p of scales_h.
struct BlockIq4Xs {
  uint16_t d, scales_h;
  uint8_t scales_l[4];
  uint8_t qs[128];
};
static_assert(sizeof(BlockIq4Xs) == 136);

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
