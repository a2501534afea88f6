// How fast is memory read?
// Variants: subgroup plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "extensions.glsl"

layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 1) const uint LOADS = 8;  // of 16 bytes, by each invocation

layout(push_constant) uniform Push {
  uint first_unit;
  uint count;  // units; a multiple of the workgroup's
  uint slots;  // sums are kept in so many places, so that few wait for each other
};
layout(set = 0, binding = 0, std430) readonly buffer Data { uvec4 units[]; };
layout(set = 0, binding = 1, std430) buffer Sums { uint sums[]; };
#ifdef WEIGHIN_PLAIN
shared uint partial[gl_WorkGroupSize.x];
#endif

void main() {
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint first = group * gl_WorkGroupSize.x * LOADS;
  if (first >= count) return;
  uvec4 total = uvec4(0u);
  for (uint i = 0u; i < LOADS; ++i) {
    total += units[first_unit + first + i * gl_WorkGroupSize.x + gl_LocalInvocationID.x];
  }
  uint sum = total.x + total.y + total.z + total.w;
#ifdef WEIGHIN_PLAIN
  partial[gl_LocalInvocationID.x] = sum;
  for (uint width = gl_WorkGroupSize.x / 2u; width > 0u; width /= 2u) {
    barrier();
    if (gl_LocalInvocationID.x < width) {
      partial[gl_LocalInvocationID.x] += partial[gl_LocalInvocationID.x + width];
    }
  }
  if (gl_LocalInvocationID.x == 0u) atomicAdd(sums[group % slots], partial[0]);
#else
  sum = subgroupAdd(sum);
  if (subgroupElect()) atomicAdd(sums[group % slots], sum);
#endif
}
