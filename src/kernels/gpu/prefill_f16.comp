// How does a matrix in F16 meet many vectors?
// Variants: coopmat plain
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef WEIGHIN_COOPMAT
#extension GL_NV_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#pragma use_vulkan_memory_model
#include "prefill_coopmat.glsl"
#else
#include "prefill.glsl"

layout(set = 0, binding = 0, std430) readonly buffer Weights { uvec4 units[]; };
layout(set = 0, binding = 1, std430) readonly buffer Vectors { uvec4 vector_units[]; };  // 16-bit floats
layout(set = 0, binding = 2, std430) writeonly buffer Results { float results[]; };

shared uint weight_words[TILE * STRIDE];
shared uint vector_words[TILE * STRIDE];

void main() {
  const uint own = gl_LocalInvocationID.x;
  const uint first_row = gl_WorkGroupID.x * TILE, first_vector = gl_WorkGroupID.y * TILE;
  const uint units_of_row = columns / 8u;
  const uint tx = own % 16u, ty = own / 16u;
  float sums[4][8];
  for (uint i = 0u; i < 4u; ++i) {
    for (uint j = 0u; j < 8u; ++j) sums[i][j] = 0.0;
  }
  for (uint at = 0u; at < units_of_row; at += 4u) {
    for (uint i = 0u; i < 2u; ++i) {
      const uint line = (own + 128u * i) / 4u, part = own % 4u;
      const uint row = min(first_row + line, rows - 1u), v = min(first_vector + line, batch - 1u);
      const uvec4 w = units[first_unit + row * units_of_row + at + part];
      const uvec4 x = vector_units[v * units_of_row + at + part];
      for (uint k = 0u; k < 4u; ++k) {
        weight_words[line * STRIDE + 4u * part + k] = w[k];
        vector_words[line * STRIDE + 4u * part + k] = x[k];
      }
    }
    barrier();
    for (uint k = 0u; k < 16u; ++k) {
      vec2 w[4];
      for (uint i = 0u; i < 4u; ++i) {
        w[i] = unpackHalf2x16(weight_words[(tx + 16u * i) * STRIDE + k]);
      }
      for (uint j = 0u; j < 8u; ++j) {
        const vec2 x = unpackHalf2x16(vector_words[(ty + 8u * j) * STRIDE + k]);
        for (uint i = 0u; i < 4u; ++i) sums[i][j] = fma(w[i].y, x.y, fma(w[i].x, x.x, sums[i][j]));
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
#endif
