// Which of the built instruction sets can this machine run?
//
// Tests of the kernels alone ask the compiler's own detection: independent of our probe.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <string_view>

namespace weighin::kernels::test {

#if defined(__x86_64__)
/// CPUID leaf 7, sub-leaf 1, EAX bit 4 (the compiler of 2022 has no name for it).
inline bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4 & 1u) != 0;
}
#endif

inline bool runs_here(std::string_view isa) {
  if (isa == "base") return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == "sse42") return __builtin_cpu_supports("sse4.2");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == "avx2") return avx2;
  if (isa == "avx_vnni") return avx2 && has_avx_vnni();
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
  if (isa == "avx512") return avx512;
  if (isa == "avx512_vnni") return avx512 && __builtin_cpu_supports("avx512vnni");
  if (isa == "avx512_bf16")
    return avx512 && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
#endif
#if defined(__aarch64__)
  const bool dotprod = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  if (isa == "neon_dotprod") return dotprod;
  if (isa == "neon_i8mm") return dotprod && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
#endif
  return false;
}

}  // namespace weighin::kernels::test
