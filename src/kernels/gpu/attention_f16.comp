// How do the queries of one token meet a part of a cache of keys and values in F16?
// Variants: plain
//
// A workgroup takes the four queries that share one head of the cache, and a share of its cells (a split), 32
// cells at a time, with an online softmax. attention_merge.comp puts the splits together.
#version 450

layout(local_size_x = 128, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 0) const uint HEAD = 128;  // values in a head: 64 or 128

layout(push_constant) uniform Push {
  uint cells_of_split;  // a multiple of 32
  uint splits;
  uint heads;           // of the cache
  uint first_key;       // units of 16 bytes
  uint first_value;
  float scale;
};
// A cell's heads lie side by side.
layout(set = 0, binding = 0, std430) readonly buffer Cache { uvec4 units[]; };
layout(set = 0, binding = 1, std430) readonly buffer Queries { vec4 queries[]; };
// Of each query head and split: its values, then the largest score and the sum of the weights.
layout(set = 0, binding = 2, std430) writeonly buffer Splits { float parts[]; };

const uint CELLS = 32u, QUERIES = 4u;
const uint LANES = HEAD / 8u;       // invocations that share a row
const uint GROUPS = 128u / LANES;   // rows at once
const uint STRIDE = LANES + 1u;     // of a row of keys; odd, for the memory's banks

shared uvec4 keys[CELLS * STRIDE];
shared vec4 query_rows[QUERIES * HEAD / 4u];
shared vec4 scores[QUERIES * CELLS / 4u];
shared vec4 group_sums[GROUPS * HEAD / 4u];

vec4 first_four(uvec4 unit) { return vec4(unpackHalf2x16(unit.x), unpackHalf2x16(unit.y)); }
vec4 last_four(uvec4 unit) { return vec4(unpackHalf2x16(unit.z), unpackHalf2x16(unit.w)); }

void main() {
  const uint own = gl_LocalInvocationID.x, head = gl_WorkGroupID.x, split = gl_WorkGroupID.y;
  const uint query = own / CELLS, cell = own % CELLS;
  const uint group = own / LANES, lane = own % LANES;
  const uint units_of_cell = heads * LANES;
  for (uint i = own; i < QUERIES * HEAD / 4u; i += 128u) {
    query_rows[i] = scale * queries[head * QUERIES * HEAD / 4u + i];
  }
  vec4 sums[QUERIES][2];
  float best[QUERIES], total[QUERIES];
  for (uint q = 0u; q < QUERIES; ++q) {
    sums[q][0] = vec4(0.0);
    sums[q][1] = vec4(0.0);
    best[q] = -1e30;
    total[q] = 0.0;
  }
  const uint begin = split * cells_of_split;
  for (uint first = begin; first < begin + cells_of_split; first += CELLS) {
    barrier();
    for (uint i = own; i < CELLS * LANES; i += 128u) {
      const uint line = i / LANES, part = i % LANES;
      keys[line * STRIDE + part] =
          units[first_key + (first + line) * units_of_cell + head * LANES + part];
    }
    barrier();
    vec4 products = vec4(0.0);
    for (uint i = 0u; i < LANES; ++i) {
      const uvec4 unit = keys[cell * STRIDE + i];
      const uint at = query * HEAD / 4u + 2u * i;
      products += first_four(unit) * query_rows[at] + last_four(unit) * query_rows[at + 1u];
    }
    const float score = dot(products, vec4(1.0));
    scores[own / 4u][own % 4u] = score;
    barrier();
    float own_best = 0.0;
    for (uint q = 0u; q < QUERIES; ++q) {
      vec4 largest = scores[q * CELLS / 4u];
      for (uint i = 1u; i < CELLS / 4u; ++i) largest = max(largest, scores[q * CELLS / 4u + i]);
      const float now = max(best[q], max(max(largest.x, largest.y), max(largest.z, largest.w)));
      const float factor = exp(best[q] - now);
      best[q] = now;
      total[q] *= factor;
      sums[q][0] *= factor;
      sums[q][1] *= factor;
      if (q == query) own_best = now;
    }
    barrier();
    scores[own / 4u][own % 4u] = exp(score - own_best);
    barrier();
    for (uint q = 0u; q < QUERIES; ++q) {
      vec4 all = vec4(0.0);
      for (uint i = 0u; i < CELLS / 4u; ++i) all += scores[q * CELLS / 4u + i];
      total[q] += dot(all, vec4(1.0));
    }
    for (uint c = group; c < CELLS; c += GROUPS) {
      const uvec4 unit = units[first_value + (first + c) * units_of_cell + head * LANES + lane];
      const vec4 low = first_four(unit), high = last_four(unit);
      for (uint q = 0u; q < QUERIES; ++q) {
        const float weight = scores[(q * CELLS + c) / 4u][c % 4u];
        sums[q][0] += weight * low;
        sums[q][1] += weight * high;
      }
    }
  }
  for (uint q = 0u; q < QUERIES; ++q) {
    barrier();
    group_sums[group * HEAD / 4u + 2u * lane] = sums[q][0];
    group_sums[group * HEAD / 4u + 2u * lane + 1u] = sums[q][1];
    barrier();
    const uint to = ((head * QUERIES + q) * splits + split) * (HEAD + 2u);
    if (own < HEAD) {
      float sum = 0.0;
      for (uint g = 0u; g < GROUPS; ++g) sum += group_sums[g * HEAD / 4u + own / 4u][own % 4u];
      parts[to + own] = sum;
    }
    if (own == 0u) {
      parts[to + HEAD] = best[q];
      parts[to + HEAD + 1u] = total[q];
    }
  }
}
