// How do the invocations of a workgroup add up what each of them has?
//
// Defines `bool add_up(inout float sums[SUMS])`: true in the one invocation that then holds the sums of
// all. A constant SUMS must stand before it; the workgroup has at most 256 invocations.
#ifdef WEIGHIN_PLAIN
shared float partial_sums[SUMS * gl_WorkGroupSize.x];
bool add_up(inout float sums[SUMS]) {
  const uint own = gl_LocalInvocationID.x;
  for (uint i = 0u; i < SUMS; ++i) partial_sums[i * gl_WorkGroupSize.x + own] = sums[i];
  for (uint width = gl_WorkGroupSize.x / 2u; width > 0u; width /= 2u) {
    barrier();
    if (own < width) {
      for (uint i = 0u; i < SUMS; ++i) {
        partial_sums[i * gl_WorkGroupSize.x + own] +=
            partial_sums[i * gl_WorkGroupSize.x + own + width];
      }
    }
  }
  barrier();
  for (uint i = 0u; i < SUMS; ++i) sums[i] = partial_sums[i * gl_WorkGroupSize.x];
  return own == 0u;
}
#else
// A subgroup has four invocations or more on every device that adds up in subgroups.
shared float partial_sums[SUMS * 64u];
bool add_up(inout float sums[SUMS]) {
  for (uint i = 0u; i < SUMS; ++i) sums[i] = subgroupAdd(sums[i]);
  if (gl_NumSubgroups > 1u) {
    if (subgroupElect()) {
      for (uint i = 0u; i < SUMS; ++i) partial_sums[i * 64u + gl_SubgroupID] = sums[i];
    }
    barrier();
    if (gl_LocalInvocationID.x == 0u) {
      for (uint i = 0u; i < SUMS; ++i) {
        for (uint other = 0u; other < gl_NumSubgroups; ++other) {
          if (other != gl_SubgroupID) sums[i] += partial_sums[i * 64u + other];
        }
      }
    }
  }
  return gl_LocalInvocationID.x == 0u;
}
#endif
