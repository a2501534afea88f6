// Where does a value lie in a vector that a matrix is to meet?
//
// Neighbouring invocations take neighbouring blocks of 32 values, four values at a time; so that what they
// read at once lies side by side, the first fours of 32 blocks come first, then their second fours …
uint interleaved(uint index) {
  const uint block = index / 32u;
  return (block / 32u * 256u + (index % 32u) / 4u * 32u + block % 32u) * 4u + index % 4u;
}
