// How does a matrix of weights meet one vector?
//
// A workgroup takes ROWS rows; its invocations share the row's blocks of 32 weights, 16 bytes at a time.
// How a row lies in memory is said by pack.hpp, the blocks themselves by the file that includes this one:
//   uint row_units(uint blocks)           16-byte units in a row
//   float block_product(uint row, uint block, …)   one block of a row with what of the vector meets it
// The vector lies so that neighbours read what is side by side (see interleave.hpp).
layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 1) const uint ROWS = 2;

layout(push_constant) uniform Push {
  uint rows;
  uint blocks;      // of 32 columns in a row; a multiple of 64
  uint first_unit;  // of the first row, in units of 16 bytes
  uint first_result;
};

layout(set = 0, binding = 0, std430) readonly buffer Weights { uvec4 units[]; };
layout(set = 0, binding = 0, std430) readonly buffer WeightPairs { uvec2 pairs[]; };
layout(set = 0, binding = 0, std430) readonly buffer WeightWords { uint words[]; };
#ifdef WEIGHIN_DOT
layout(set = 0, binding = 1, std430) readonly buffer Vector { uvec4 vector_units[]; };
#else
layout(set = 0, binding = 1, std430) readonly buffer Vector { vec4 vector_units[]; };
#endif
layout(set = 0, binding = 2, std430) writeonly buffer Results { float results[]; };
#ifdef WEIGHIN_DOT
// Scale, and scale times the sum of the 8-bit numbers, of each block of 32 values.
layout(set = 0, binding = 3, std430) readonly buffer VectorScales { vec2 vector_scales[]; };
#endif

// What of the vector meets one block.
#ifdef WEIGHIN_DOT
struct Part {
  uvec4 low, high;  // values 0 … 15, 16 … 31
  vec2 scale;
};
Part part_of(uint block) {
  const uint at = block / 32u * 64u + block % 32u;
  return Part(vector_units[at], vector_units[at + 32u], vector_scales[block]);
}
#else
struct Part {
  vec4 values[8];
  float sum;
};
Part part_of(uint block) {
  Part part;
  const uint at = block / 32u * 256u + block % 32u;
  vec4 sum = vec4(0.0);
  for (uint i = 0u; i < 8u; ++i) {
    part.values[i] = vector_units[at + 32u * i];
    sum += part.values[i];
  }
  part.sum = dot(sum, vec4(1.0));
  return part;
}
#endif

// The 16-bit number at this index from the beginning of a unit.
float half_at(uint unit, uint index) {
  const vec2 both = unpackHalf2x16(words[unit * 4u + index / 2u]);
  return (index & 1u) == 0u ? both.x : both.y;
}
