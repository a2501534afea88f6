// How is a product of two matrices cut into tiles?
//
// A workgroup of 128 makes 64 x 64 results, 16 words of each row at a time in shared memory (less than the
// 16 KiB that every device has); an invocation makes 4 x 8 of them. An odd stride spreads the rows over
// the memory's banks.
layout(local_size_x = 128, local_size_y = 1, local_size_z = 1) in;

layout(push_constant) uniform Push {
  uint rows;
  uint columns;     // a multiple of 2048
  uint batch;
  uint first_unit;  // of the first row, in units of 16 bytes
  uint stride;      // from a vector's results to the next one's
};

const uint TILE = 64u, STRIDE = 17u;
