// How do weights in F16 meet one vector?
// Variants: subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "decode.glsl"

// A row: quarters of 32 blocks, then their next quarters …
uint row_units(uint count) { return 4u * count; }

float block_product(uint row, uint block, Part part) {
  const uint at = row + block / 32u * 128u + block % 32u;
  float sum = 0.0;
  for (uint i = 0u; i < 4u; ++i) {
    const uvec4 eight = units[at + 32u * i];
    sum += dot(vec4(unpackHalf2x16(eight.x), unpackHalf2x16(eight.y)), part.values[2u * i]) +
           dot(vec4(unpackHalf2x16(eight.z), unpackHalf2x16(eight.w)), part.values[2u * i + 1u]);
  }
  return sum;
}
#include "decode_main.glsl"
