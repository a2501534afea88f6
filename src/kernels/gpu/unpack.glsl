// What numbers do the bytes of a word hold?
vec4 unsigned_bytes(uint word) {
  return vec4(word & 255u, (word >> 8) & 255u, (word >> 16) & 255u, word >> 24);
}
vec4 signed_bytes(uint word) {
  const int bytes = int(word);
  return vec4(bitfieldExtract(bytes, 0, 8), bitfieldExtract(bytes, 8, 8),
              bitfieldExtract(bytes, 16, 8), bitfieldExtract(bytes, 24, 8));
}
const uint kLowNibbles = 0x0f0f0f0fu;
