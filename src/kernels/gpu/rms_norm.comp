// How is a token brought to an even size, after what the last matrix has made was added to it?
// Variants: subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"
#include "interleave.glsl"

layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;

layout(push_constant) uniform Push {
  uint count;
  float epsilon;
};
layout(set = 0, binding = 0, std430) buffer Token { float token[]; };
layout(set = 0, binding = 1, std430) readonly buffer Added { float added[]; };
layout(set = 0, binding = 2, std430) readonly buffer Weights { float weights[]; };
layout(set = 0, binding = 3, std430) writeonly buffer Results { float results[]; };

const uint SUMS = 1u;
#include "reduce.glsl"
shared float factor;

void main() {
  float sums[SUMS];
  sums[0] = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < count; i += gl_WorkGroupSize.x) {
    const float value = token[i] + added[i];
    token[i] = value;
    sums[0] += value * value;
  }
  if (add_up(sums)) factor = inversesqrt(sums[0] / float(count) + epsilon);
  barrier();
  for (uint i = gl_LocalInvocationID.x; i < count; i += gl_WorkGroupSize.x) {
    results[interleaved(i)] = token[i] * factor * weights[i];
  }
}
