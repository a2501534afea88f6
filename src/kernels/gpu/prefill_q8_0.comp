// How does a matrix in Q8_0 meet many vectors of 8-bit numbers?
// Variants: dot plain
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef WEIGHIN_DOT
#extension GL_EXT_spirv_intrinsics : require
#include "dot.glsl"
#else
int dot4(uint a, uint b) {
  const int x = int(a), y = int(b);
  return bitfieldExtract(x, 0, 8) * bitfieldExtract(y, 0, 8) +
         bitfieldExtract(x, 8, 8) * bitfieldExtract(y, 8, 8) +
         bitfieldExtract(x, 16, 8) * bitfieldExtract(y, 16, 8) +
         bitfieldExtract(x, 24, 8) * bitfieldExtract(y, 24, 8);
}
#endif
#include "prefill.glsl"

layout(set = 0, binding = 0, std430) readonly buffer Weights { uvec4 units[]; };
layout(set = 0, binding = 0, std430) readonly buffer WeightWords { uint words[]; };
layout(set = 0, binding = 1, std430) readonly buffer Vectors { uvec4 vector_units[]; };
layout(set = 0, binding = 2, std430) writeonly buffer Results { float results[]; };
layout(set = 0, binding = 3, std430) readonly buffer VectorScales { float vector_scales[]; };

shared uint weight_words[TILE * STRIDE];
shared uint vector_words[TILE * STRIDE];
shared vec2 weight_scales[TILE], tile_scales[TILE];  // of two blocks

void main() {
  const uint own = gl_LocalInvocationID.x;
  const uint first_row = gl_WorkGroupID.x * TILE, first_vector = gl_WorkGroupID.y * TILE;
  const uint blocks = columns / 32u;
  const uint units_of_row = 2u * blocks + blocks / 8u;
  const uint tx = own % 16u, ty = own / 16u;
  float sums[4][8];
  for (uint i = 0u; i < 4u; ++i) {
    for (uint j = 0u; j < 8u; ++j) sums[i][j] = 0.0;
  }
  for (uint block = 0u; block < blocks; block += 2u) {
    for (uint i = 0u; i < 2u; ++i) {
      // Half `part / 2` of block `part % 2`; how a row lies is said in decode_q8_0.comp.
      const uint line = (own + 128u * i) / 4u, part = own % 4u;
      const uint row = min(first_row + line, rows - 1u), v = min(first_vector + line, batch - 1u);
      const uint unit = block / 32u * 64u + part / 2u * 32u + block % 32u + part % 2u;
      const uvec4 w = units[first_unit + row * units_of_row + unit];
      const uvec4 x = vector_units[v * 2u * blocks + 2u * (block + part % 2u) + part / 2u];
      const uint word = line * STRIDE + 8u * (part % 2u) + 4u * (part / 2u);
      for (uint k = 0u; k < 4u; ++k) {
        weight_words[word + k] = w[k];
        vector_words[word + k] = x[k];
      }
    }
    if (own < TILE) {
      const uint row = min(first_row + own, rows - 1u), v = min(first_vector + own, batch - 1u);
      const uint scales = first_unit + row * units_of_row + 2u * blocks;
      weight_scales[own] = unpackHalf2x16(words[4u * scales + block / 2u]);
      tile_scales[own] = vec2(vector_scales[v * blocks + block], vector_scales[v * blocks + block + 1u]);
    }
    barrier();
    for (uint half_of = 0u; half_of < 2u; ++half_of) {
      int parts[4][8];
      for (uint i = 0u; i < 4u; ++i) {
        for (uint j = 0u; j < 8u; ++j) parts[i][j] = 0;
      }
      for (uint k = 8u * half_of; k < 8u * half_of + 8u; ++k) {
        uint w[4];
        for (uint i = 0u; i < 4u; ++i) w[i] = weight_words[(tx + 16u * i) * STRIDE + k];
        for (uint j = 0u; j < 8u; ++j) {
          const uint x = vector_words[(ty + 8u * j) * STRIDE + k];
          for (uint i = 0u; i < 4u; ++i) parts[i][j] += dot4(w[i], x);
        }
      }
      for (uint j = 0u; j < 8u; ++j) {
        const float scale = tile_scales[ty + 8u * j][half_of];
        for (uint i = 0u; i < 4u; ++i) {
          sums[i][j] += scale * weight_scales[tx + 16u * i][half_of] * float(parts[i][j]);
        }
      }
    }
    barrier();
  }
  for (uint j = 0u; j < 8u; ++j) {
    const uint v = first_vector + ty + 8u * j;
    for (uint i = 0u; i < 4u; ++i) {
      const uint row = first_row + tx + 16u * i;
      if (row < rows && v < batch) results[v * stride + row] = sums[i][j];
    }
  }
}
