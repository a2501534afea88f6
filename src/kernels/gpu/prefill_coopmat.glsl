// How is a product of two matrices made of pieces that a subgroup multiplies as a whole?
//
// A workgroup of four subgroups makes 128 x 128 results, each subgroup 64 x 64 of them; 32 columns at a time
// lie in shared memory, eight more 16-bit floats a row spread them over its banks. Debian 12's glslc knows
// NVIDIA's first form of the extension alone; src/vulkan/cooperative_spirv.cpp turns it into Khronos's, and
// knows a matrix's use by the constants of its size: rows x depth, depth x columns, rows x columns.
layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 1) const uint PIECE_ROWS = 16;
layout(constant_id = 2) const uint PIECE_COLUMNS = 16;
layout(constant_id = 3) const uint PIECE_DEPTH = 16;

layout(push_constant) uniform Push {
  uint rows;
  uint columns;     // a multiple of 2048
  uint batch;
  uint first_unit;  // of the first row, in units of 16 bytes
  uint stride;      // of the results, at least the rows rounded up to whole tiles
};
layout(set = 0, binding = 0, std430) readonly buffer Weights { uvec4 units[]; };
layout(set = 0, binding = 1, std430) readonly buffer Vectors { uvec4 vector_units[]; };  // 16-bit floats
layout(set = 0, binding = 2, std430) writeonly buffer Results { float results[]; };

const uint TILE = 128u, PART = 64u, STEP = 32u;  // STEP columns are four units
const uint UNITS = (STEP + 8u) / 8u;             // of a row in shared memory
shared uvec4 weight_rows[TILE * UNITS];
shared uvec4 vector_rows[TILE * UNITS];

void main() {
  const uint own = gl_LocalInvocationID.x;
  const uint first_row = gl_WorkGroupID.x * TILE, first_vector = gl_WorkGroupID.y * TILE;
  const uint units_of_row = columns / 8u;
  const uint part_row = gl_SubgroupID % 2u * PART, part_vector = gl_SubgroupID / 2u * PART;
  fcoopmatNV<32, gl_ScopeSubgroup, PIECE_ROWS, PIECE_COLUMNS> sums[PART / PIECE_ROWS][PART / PIECE_COLUMNS];
  for (uint i = 0u; i < PART / PIECE_ROWS; ++i) {
    for (uint j = 0u; j < PART / PIECE_COLUMNS; ++j) {
      sums[i][j] = fcoopmatNV<32, gl_ScopeSubgroup, PIECE_ROWS, PIECE_COLUMNS>(0.0);
    }
  }
  for (uint at = 0u; at < units_of_row; at += STEP / 8u) {
    for (uint i = own; i < TILE * 4u; i += gl_WorkGroupSize.x) {
      const uint line = i / 4u, part = i % 4u;
      const uint row = min(first_row + line, rows - 1u), v = min(first_vector + line, batch - 1u);
      weight_rows[line * UNITS + part] = units[first_unit + row * units_of_row + at + part];
      vector_rows[line * UNITS + part] = vector_units[v * units_of_row + at + part];
    }
    barrier();
    for (uint k = 0u; k < STEP; k += PIECE_DEPTH) {
      fcoopmatNV<16, gl_ScopeSubgroup, PIECE_ROWS, PIECE_DEPTH> w[PART / PIECE_ROWS];
      for (uint i = 0u; i < PART / PIECE_ROWS; ++i) {
        coopMatLoadNV(w[i], weight_rows, (part_row + i * PIECE_ROWS) * UNITS + k / 8u, UNITS, false);
      }
      for (uint j = 0u; j < PART / PIECE_COLUMNS; ++j) {
        // Vectors are rows in memory, and columns of the second matrix.
        fcoopmatNV<16, gl_ScopeSubgroup, PIECE_DEPTH, PIECE_COLUMNS> x;
        coopMatLoadNV(x, vector_rows, (part_vector + j * PIECE_COLUMNS) * UNITS + k / 8u, UNITS, true);
        for (uint i = 0u; i < PART / PIECE_ROWS; ++i) sums[i][j] = coopMatMulAddNV(w[i], x, sums[i][j]);
      }
    }
    barrier();
  }
  for (uint i = 0u; i < PART / PIECE_ROWS; ++i) {
    for (uint j = 0u; j < PART / PIECE_COLUMNS; ++j) {
      const uint row = first_row + part_row + i * PIECE_ROWS;
      const uint v = first_vector + part_vector + j * PIECE_COLUMNS;
      coopMatStoreNV(sums[i][j], results, v * stride + row, stride, true);
    }
  }
}
