// In which order does a workgroup go through its rows?
#define SUMS ROWS
#include "reduce.glsl"

void main() {
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint first = group * ROWS;
  if (first >= rows) return;
  const uint units_of_row = row_units(blocks);
  float sums[ROWS];
  for (uint i = 0u; i < ROWS; ++i) sums[i] = 0.0;
  for (uint block = gl_LocalInvocationID.x; block < blocks; block += gl_WorkGroupSize.x) {
    const Part part = part_of(block);
    for (uint i = 0u; i < ROWS; ++i) {
      // The last group may have rows too many: they are read again, and not written.
      const uint row = min(first + i, rows - 1u);
      sums[i] += block_product(first_unit + row * units_of_row, block, part);
    }
  }
  if (add_up(sums)) {
    for (uint i = 0u; i < ROWS; ++i) {
      if (first + i < rows) results[first_result + first + i] = sums[i];
    }
  }
}
