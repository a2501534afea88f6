// How fast is memory copied?
// Variants: plain
#version 450

layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 1) const uint LOADS = 8;  // of 16 bytes, by each invocation

layout(push_constant) uniform Push {
  uint first_unit;
  uint count;  // units; a multiple of the workgroup's
  uint target_unit;
};
layout(set = 0, binding = 0, std430) readonly buffer Source { uvec4 units[]; };
layout(set = 0, binding = 1, std430) writeonly buffer Target { uvec4 copies[]; };

void main() {
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint first = group * gl_WorkGroupSize.x * LOADS;
  if (first >= count) return;
  for (uint i = 0u; i < LOADS; ++i) {
    const uint at = first + i * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
    copies[target_unit + at] = units[first_unit + at];
  }
}
