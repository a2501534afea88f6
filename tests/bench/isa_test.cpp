// Is every built instruction set known, and the right one chosen?
#include "bench/isa.hpp"

#include <gtest/gtest.h>

#include <map>

#include "bench/local_profile.hpp"

namespace weighin {
namespace {

DeviceProfile with_simd(std::vector<std::string> simd) {
  DeviceProfile profile;
  profile.cpu.simd = Known<std::vector<std::string>>::of(std::move(simd), "test");
  return profile;
}

TEST(Isa, EveryRowOfTheBuildIsKnown) {
  const auto list = kernel_isas(test::local_profile());
  ASSERT_EQ(list.size(), kernels::kernel_isa_names().size());
  for (const IsaSupport& row : list) {
    EXPECT_NE(row.why, "nothing says what it needs") << row.isa;
    EXPECT_EQ(row.runnable, kernels::test::runs_here(row.isa)) << row.isa;
    EXPECT_EQ(row.why.empty(), row.runnable) << row.isa;
  }
  EXPECT_TRUE(list.front().runnable);
}

TEST(Isa, TheBestRunnableIsChosen) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the rows of x86 are not built here";
#endif
  EXPECT_EQ(*choose_isa(with_simd({}), ""), "base");
  EXPECT_EQ(*choose_isa(with_simd({"sse4_2"}), ""), "sse42");
  EXPECT_EQ(*choose_isa(with_simd({"sse4.2", "avx2", "fma", "f16c"}), ""), "avx2");
  EXPECT_EQ(*choose_isa(with_simd({"avx2", "fma"}), ""), "base") << "AVX2 kernels use F16C";
  EXPECT_EQ(*choose_isa(with_simd({"avx2", "fma", "f16c", "avx_vnni"}), ""), "avx_vnni");
  EXPECT_EQ(
      *choose_isa(
          with_simd({"avx2", "fma", "f16c", "avx512f", "avx512_bw", "avx512vl", "avx512dq"}), ""),
      "avx512");
  EXPECT_EQ(*choose_isa(with_simd({"avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl",
                                   "avx512dq", "avx512_vnni"}),
                        ""),
            "avx512_vnni");
  EXPECT_EQ(*choose_isa(with_simd({"avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl",
                                   "avx512dq", "avx512_vnni", "avx512_bf16"}),
                        ""),
            "avx512_bf16");
}

TEST(Isa, ForcedOrRefused) {
  const DeviceProfile profile = with_simd({});
  EXPECT_EQ(*choose_isa(profile, "base"), "base");
  const auto unknown = choose_isa(profile, "mmx");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().hint.find("base"), std::string::npos);
#if defined(__x86_64__)
  const auto refused = choose_isa(profile, "avx2");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().what.find("lacks avx2"), std::string::npos);
#endif
}

TEST(Isa, UnknownProcessorRunsTheBase) {
  const DeviceProfile profile;
  EXPECT_EQ(*choose_isa(profile, ""), "base");
  for (const IsaSupport& row : kernel_isas(profile)) EXPECT_EQ(row.runnable, row.isa == "base");
}

}  // namespace
}  // namespace weighin
