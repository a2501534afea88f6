// What do the bench tests know of this machine?  (The probes are tested elsewhere.)
#pragma once

#include <unistd.h>

#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"
#include "weighin/bench.hpp"

namespace weighin::test {

inline DeviceProfile local_profile() {
  DeviceProfile profile;
  profile.live = true;
  std::vector<std::string> simd;
  if (kernels::test::runs_here("sse42")) simd.push_back("sse4_2");
  if (kernels::test::runs_here("avx2")) simd.insert(simd.end(), {"avx2", "fma", "f16c"});
  if (kernels::test::runs_here("avx_vnni")) simd.push_back("avx_vnni");
  if (kernels::test::runs_here("avx512")) {
    simd.insert(simd.end(), {"avx512f", "avx512bw", "avx512vl", "avx512dq"});
  }
  if (kernels::test::runs_here("avx512_vnni")) simd.push_back("avx512_vnni");
  if (kernels::test::runs_here("avx512_bf16")) simd.push_back("avx512_bf16");
  if (kernels::test::runs_here("neon_dotprod")) simd.insert(simd.end(), {"dotprod", "fp16"});
  if (kernels::test::runs_here("neon_i8mm")) simd.push_back("i8mm");
  profile.cpu.simd = Known<std::vector<std::string>>::of(simd, "test");
  profile.cpu.usable_threads = Known<std::int64_t>::of(sysconf(_SC_NPROCESSORS_ONLN), "test");
  profile.cpu.last_level_cache_bytes = Known<Bytes>::of(32 * kMiB, "test");
  profile.memory.usable_bytes = Known<Bytes>::of(2 * kGiB, "test");
  return profile;
}

}  // namespace weighin::test
