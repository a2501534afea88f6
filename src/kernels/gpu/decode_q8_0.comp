// How do weights in Q8_0 meet one vector?
// Variants: dot subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "decode.glsl"
#include "unpack.glsl"
#ifdef WEIGHIN_DOT
#include "dot.glsl"
#endif

// A row: the bytes of its blocks, the first halves of 32 blocks, then their second halves; then the scales.
uint row_units(uint count) { return 2u * count + count / 8u; }

float block_product(uint row, uint block, Part part) {
  const uint at = row + block / 32u * 64u + block % 32u;
  const uvec4 low = units[at], high = units[at + 32u];
  const float scale = half_at(row + 2u * blocks, block);
#ifdef WEIGHIN_DOT
  return scale * part.scale.x * float(dot16(low, part.low) + dot16(high, part.high));
#else
  float sum = 0.0;
  for (uint i = 0u; i < 4u; ++i) {
    sum += dot(signed_bytes(low[i]), part.values[i]) +
           dot(signed_bytes(high[i]), part.values[4u + i]);
  }
  return scale * sum;
#endif
}
#include "decode_main.glsl"
