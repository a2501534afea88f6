// What do the splits of attention come to together?
// Variants: plain
#version 450
#extension GL_GOOGLE_include_directive : require
#include "interleave.glsl"

layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;  // values in a head
layout(constant_id = 1) const bool INTERLEAVED = false;  // as the next matrix wants it

layout(push_constant) uniform Push { uint splits; };
layout(set = 0, binding = 0, std430) readonly buffer Splits { float parts[]; };
layout(set = 0, binding = 1, std430) writeonly buffer Results { float results[]; };

void main() {
  const uint size = gl_WorkGroupSize.x, own = gl_LocalInvocationID.x;
  const uint first = gl_WorkGroupID.x * splits * (size + 2u);
  float best = -1e30;
  for (uint i = 0u; i < splits; ++i) best = max(best, parts[first + i * (size + 2u) + size]);
  float sum = 0.0, total = 0.0;
  for (uint i = 0u; i < splits; ++i) {
    const uint at = first + i * (size + 2u);
    const float weight = exp(parts[at + size] - best);
    sum += weight * parts[at + own];
    total += weight * parts[at + size + 1u];
  }
  const uint index = gl_WorkGroupID.x * size + own;
  results[INTERLEAVED ? interleaved(index) : index] = sum / total;
}
