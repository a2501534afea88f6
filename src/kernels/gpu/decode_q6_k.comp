// How do weights in Q6_K meet one vector?
// Variants: dot subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "decode.glsl"
#include "unpack.glsl"
#ifdef WEIGHIN_DOT
#include "dot.glsl"
#endif

// A row: of each block of 32 weights 16 bytes of low bits, then 8 bytes of high bits, then two scales of 8
// bits; then a 16-bit scale for eight blocks.
uint row_units(uint count) { return count / 64u * 105u; }

float block_product(uint row, uint block, Part part) {
  const uvec4 low_bits = units[row + block];
  const uvec2 high_bits = pairs[2u * (row + blocks) + block];
  const uint both = words[4u * row + 6u * blocks + block / 2u] >> (16u * (block & 1u));
  const float scale = half_at(row, 13u * blocks + block / 8u);
  const vec2 scales = scale * vec2(bitfieldExtract(int(both), 0, 8), bitfieldExtract(int(both), 8, 8));
  const uvec4 bits = uvec4(high_bits.x, high_bits.x >> 2, high_bits.y, high_bits.y >> 2);
  const uvec4 first = (low_bits & kLowNibbles) | ((bits & 0x03030303u) << 4);
  const uvec4 second = ((low_bits >> 4) & kLowNibbles) | (((bits >> 4) & 0x03030303u) << 4);
#ifdef WEIGHIN_DOT
  // Minus 32 in each byte: 128 + v - 32 borrows from no neighbour.
  const uvec4 a = ((first | 0x80808080u) - 0x20202020u) ^ 0x80808080u;
  const uvec4 b = ((second | 0x80808080u) - 0x20202020u) ^ 0x80808080u;
  return part.scale.x * (scales.x * float(dot16(a, part.low)) + scales.y * float(dot16(b, part.high)));
#else
  vec2 sums = vec2(0.0);
  for (uint i = 0u; i < 4u; ++i) {
    sums += vec2(dot(unsigned_bytes(first[i]) - 32.0, part.values[i]),
                 dot(unsigned_bytes(second[i]) - 32.0, part.values[4u + i]));
  }
  return dot(scales, sums);
#endif
}
#include "decode_main.glsl"
