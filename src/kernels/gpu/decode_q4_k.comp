// How do weights in Q4_K meet one vector?
// Variants: dot subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "decode.glsl"
#include "unpack.glsl"
#ifdef WEIGHIN_DOT
#include "dot.glsl"
#endif

// A row: the nibbles of its parts of 32 weights, 16 bytes each; then for eight parts 16 bytes of scales.
uint row_units(uint count) { return count + count / 8u; }

float block_product(uint row, uint block, Part part) {
  const uvec4 nibbles = units[row + block];
  const uvec4 head = units[row + blocks + block / 8u];
  // The low four bits of scale and minimum share a byte, their high two bits a nibble.
  const uint index = block & 7u;
  const uint low = ((index < 4u ? head.y : head.z) >> (8u * (index & 3u))) & 255u;
  const uint high = (head.w >> (4u * index)) & 15u;
  const vec2 both = unpackHalf2x16(head.x);
  const float scale = both.x * float((low & 15u) | ((high & 3u) << 4));
  const float least = both.y * float((low >> 4) | ((high >> 2) << 4));
#ifdef WEIGHIN_DOT
  const int sum = dot16(nibbles & kLowNibbles, part.low) + dot16((nibbles >> 4) & kLowNibbles, part.high);
  return scale * part.scale.x * float(sum) - least * part.scale.y;
#else
  float sum = 0.0;
  for (uint i = 0u; i < 4u; ++i) {
    sum += dot(unsigned_bytes(nibbles[i] & kLowNibbles), part.values[i]) +
           dot(unsigned_bytes((nibbles[i] >> 4) & kLowNibbles), part.values[4u + i]);
  }
  return scale * sum - least * part.sum;
#endif
}
#include "decode_main.glsl"
