// What does the gate between two matrices let through?
// Variants: plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "interleave.glsl"

layout(local_size_x = 64, local_size_y = 1, local_size_z = 1) in;

layout(push_constant) uniform Push { uint count; };
// The gate's values, then as many of the other matrix.
layout(set = 0, binding = 0, std430) readonly buffer Both { float both[]; };
layout(set = 0, binding = 1, std430) writeonly buffer Results { float results[]; };

void main() {
  const uint at = gl_GlobalInvocationID.x;
  if (at >= count) return;
  const float gate = both[at];
  results[interleaved(at)] = gate / (1.0 + exp(-gate)) * both[count + at];
}
