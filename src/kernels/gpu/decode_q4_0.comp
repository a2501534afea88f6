// How do weights in Q4_0 meet one vector?
// Variants: dot subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "decode.glsl"
#include "unpack.glsl"
#ifdef WEIGHIN_DOT
#include "dot.glsl"
#endif

// A row: its blocks' nibbles, 16 bytes each, then their scales.
uint row_units(uint count) { return count + count / 8u; }

float block_product(uint row, uint block, Part part) {
  const uvec4 nibbles = units[row + block];
  const float scale = half_at(row + blocks, block);
#ifdef WEIGHIN_DOT
  const int sum = dot16(nibbles & kLowNibbles, part.low) + dot16((nibbles >> 4) & kLowNibbles, part.high);
  return scale * (part.scale.x * float(sum) - 8.0 * part.scale.y);
#else
  float sum = -8.0 * part.sum;
  for (uint i = 0u; i < 4u; ++i) {
    sum += dot(unsigned_bytes(nibbles[i] & kLowNibbles), part.values[i]) +
           dot(unsigned_bytes((nibbles[i] >> 4) & kLowNibbles), part.values[4u + i]);
  }
  return scale * sum;
#endif
}
#include "decode_main.glsl"
