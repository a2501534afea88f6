// What does it cost to start a kernel?
// Variants: plain
#version 450

layout(local_size_x = 1, local_size_y = 1, local_size_z = 1) in;
layout(set = 0, binding = 0, std430) buffer Count { uint count[]; };

// Hardly any work, and none that could be left out: each one adds to what the one before has left.
void main() { count[0] += 1u; }
