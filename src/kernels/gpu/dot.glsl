// What is the sum of the products of four signed bytes with four others?
//
// Debian 12's glslc (glslang 11.13) does not know GL_EXT_integer_dot_product, so the instruction is named
// by its number: OpSDotKHR of SPV_KHR_integer_dot_product, both operands packed in 32 bits.
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6019, 6018], id = 4450)
int packed_dot(int a, int b, spirv_literal int packed_format);

int dot4(uint a, uint b) { return packed_dot(int(a), int(b), 0); }
int dot16(uvec4 a, uvec4 b) {
  return dot4(a.x, b.x) + dot4(a.y, b.y) + dot4(a.z, b.z) + dot4(a.w, b.w);
}
