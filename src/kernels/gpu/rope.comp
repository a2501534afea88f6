// How is a token's place worked into its queries and key, and how do key and value get into the cache?
// Variants: plain
#version 450

layout(local_size_x = 64, local_size_y = 1, local_size_z = 1) in;

layout(push_constant) uniform Push {
  uint query_pairs;  // pairs of values; then come those of the key, then the value's
  uint key_pairs;
  uint head_pairs;   // in a head
  uint key_word;     // where the key's row begins in the cache, in words
  uint value_word;
};
layout(set = 0, binding = 0, std430) buffer Token { vec2 token[]; };
layout(set = 0, binding = 1, std430) writeonly buffer Cache { uint cache_words[]; };
// Cosine and sine of the angle of each pair in a head at this position.
layout(set = 0, binding = 2, std430) readonly buffer Turns { vec2 turns[]; };

vec2 turned(vec2 pair, uint index) {
  const vec2 turn = turns[index % head_pairs];
  return vec2(pair.x * turn.x - pair.y * turn.y, pair.x * turn.y + pair.y * turn.x);
}

void main() {
  const uint at = gl_GlobalInvocationID.x;
  if (at < query_pairs) {
    token[at] = turned(token[at], at);
  } else if (at < query_pairs + key_pairs) {
    const uint index = at - query_pairs;
    cache_words[key_word + index] = packHalf2x16(turned(token[at], index));
  } else if (at < query_pairs + 2u * key_pairs) {
    cache_words[value_word + at - query_pairs - key_pairs] = packHalf2x16(token[at]);
  }
}
