// Are instruction sets found where they are on, and not where the system keeps them off?
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "probes/cpu/cpuinfo.hpp"
#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe simd_probe;
namespace {

using Ids = std::vector<std::string>;

Known<Ids> simd_of(const Host& host) {
  DeviceProfile profile;
  simd_probe.run(host, {}, profile);
  return profile.cpu.simd;
}

test::FakeHost cpuid_words(const std::string& cpuinfo) {
  test::FakeHost host;
  host.files["/proc/cpuinfo"] = cpuinfo;
  return host;
}

constexpr std::uint32_t bit(int at) { return 1u << at; }

// Registers of an Ice Lake client, cut down to what is asked for.
test::FakeHost ice_lake(std::uint64_t xcr0) {
  test::FakeHost host;
  host.cpuids[{1, 0}].ecx = bit(12) | bit(20) | bit(27) | bit(28) | bit(29);
  host.cpuids[{7, 0}].ebx = bit(5) | bit(16) | bit(17) | bit(30) | bit(31);
  host.cpuids[{7, 0}].ecx = bit(1) | bit(11);
  host.xcr0_value = xcr0;
  return host;
}

TEST(Simd, AnIntelLaptopWithoutAvx512) {
  // Core i5-8250U, an excerpt.
  const Known<Ids> simd = simd_of(cpuid_words(
      "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu sse sse2 ht lm pni ssse3 fma "
      "cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand bmi1 avx2 bmi2\n"));
  EXPECT_EQ(*simd, (Ids{"sse4_2", "avx", "f16c", "fma", "avx2"}));
  EXPECT_EQ(simd.source, "/proc/cpuinfo: flags");
}

TEST(Simd, AnAmdZen4) {
  const Known<Ids> simd = simd_of(
      cpuid_words("vendor_id\t: AuthenticAMD\nflags\t: lm sse4_2 avx f16c fma avx2 avx512f avx512dq "
            "avx512bw avx512vl avx512_bf16 avx512vbmi avx512_vbmi2 avx512_vnni\n"));
  EXPECT_EQ(*simd, (Ids{"sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw", "avx512vl",
                        "avx512dq", "avx512_vbmi", "avx512_vnni", "avx512_bf16"}));
}

TEST(Simd, AnOldProcessorHasNoneAndThatIsAnAnswer) {
  const Known<Ids> simd = simd_of(cpuid_words("vendor_id : GenuineIntel\nflags : fpu mmx sse sse2\n"));
  ASSERT_TRUE(simd);
  EXPECT_TRUE(simd->empty());
}

TEST(Simd, ThePhoneIsTheSameIn32Bit) {
  // Pixel 2 XL and Galaxy S8 (both Snapdragon 835), excerpts.
  EXPECT_EQ(*simd_of(cpuid_words("Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32\n")),
            Ids{"neon"});
  EXPECT_EQ(*simd_of(cpuid_words("Features\t: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva "
                           "idivt lpae evtstrm aes pmull sha1 sha2 crc32\nCPU architecture: 8\n")),
            Ids{"neon"});
}

// Small and large cores, as the kernel shows them (pytorch/cpuinfo, BSD-2-Clause).
Known<Ids> phone(const std::string& features, const std::string& small, const std::string& large) {
  const std::string head = "Features\t: " + features + "\nCPU architecture: 8\n";
  return simd_of(cpuid_words("processor\t: 0\n" + head + small + "\nprocessor\t: 4\n" + head + large));
}

TEST(Simd, DesignsOfArmCoresCorrectTheKernel) {
  const char* wide = "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp";
  const char* narrow =
      "half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt lpae evtstrm aes pmull sha1 "
      "sha2 crc32";
  // Galaxy S9 (Exynos 9810): only the small cores have half floats, whatever the kernel says.
  const char* a55_r0 = "CPU implementer\t: 0x41\nCPU variant\t: 0x0\nCPU part\t: 0xd05\n";
  const char* m3 = "CPU implementer\t: 0x53\nCPU variant\t: 0x1\nCPU part\t: 0x002\n";
  EXPECT_EQ(*phone(wide, a55_r0, m3), Ids{"neon"});
  EXPECT_EQ(*phone(narrow, a55_r0, m3), Ids{"neon"});
  ASSERT_EQ(phone(wide, a55_r0, m3).others.size(), 1u);
  EXPECT_EQ(phone(wide, a55_r0, m3).others[0].value, "neon fp16");
  // Mate 20 (Kirin 980): the kernel is too old to have a word for the dot product.
  const char* a55_r1 = "CPU implementer\t: 0x41\nCPU variant\t: 0x1\nCPU part\t: 0xd05\n";
  const char* a76 = "CPU implementer\t: 0x48\nCPU variant\t: 0x1\nCPU part\t: 0xd40\n";
  EXPECT_EQ(*phone(wide, a55_r1, a76), (Ids{"neon", "dotprod", "fp16"}));
  EXPECT_EQ(*phone(narrow, a55_r1, a76), (Ids{"neon", "dotprod", "fp16"}));
  // A kernel that has the word and does not say it is believed.
  EXPECT_EQ(*phone("fp asimd fphp asimdhp cpuid", a55_r1, a76), (Ids{"neon", "fp16"}));
}

TEST(Simd, ArmWordsAndUnlikeCores) {
  EXPECT_EQ(*simd_of(cpuid_words("Features : fp asimd fphp asimdhp asimddp sve sve2 i8mm bf16 sme\n")),
            (Ids{"neon", "dotprod", "i8mm", "fp16", "bf16", "sve", "sve2", "sme"}));
  // One kind of core lacks dotprod: a thread may be moved there.
  EXPECT_EQ(*simd_of(cpuid_words("Features : fp asimd asimddp\nFeatures : fp asimd\n")), Ids{"neon"});
  EXPECT_TRUE(simd_of(cpuid_words("Features : swp half thumb\n"))->empty());
}

TEST(Simd, RiscV) {
  EXPECT_EQ(*simd_of(cpuid_words("processor : 0\nisa : rv64imafdcv_zicbom_zba\n")), Ids{"v"});
  EXPECT_TRUE(simd_of(cpuid_words("isa : rv64imafdc_zvkb_svpbmt\n"))->empty());
  EXPECT_TRUE(simd_of(cpuid_words("isa : rv64imafdcsuv\n"))->empty());
  EXPECT_TRUE(simd_of(cpuid_words("isa : rv64imafdcv\nisa : rv64imafdc\n"))->empty());
}

TEST(Simd, WhatTheSystemDoesNotSaveIsOff) {
  const Ids all{"sse4_2",   "avx",      "f16c",     "fma",         "avx2",       "avx512f",
                "avx512bw", "avx512vl", "avx512dq", "avx512_vbmi", "avx512_vnni"};
  EXPECT_EQ(*simd_of(ice_lake(0xe7)), all);
  EXPECT_EQ(*simd_of(ice_lake(0x7)), (Ids{"sse4_2", "avx", "f16c", "fma", "avx2"}));
  // Bits of AVX-512 without those of AVX, and AVX-512 in part.
  EXPECT_EQ(*simd_of(ice_lake(0xe1)), Ids{"sse4_2"});
  EXPECT_EQ(*simd_of(ice_lake(0x67)), (Ids{"sse4_2", "avx", "f16c", "fma", "avx2"}));
  test::FakeHost no_xsave = ice_lake(0xe7);
  no_xsave.cpuids[{1, 0}].ecx &= ~bit(27);
  EXPECT_EQ(*simd_of(no_xsave), Ids{"sse4_2"});
}

TEST(Simd, TilesNeedTheirOwnState) {
  test::FakeHost host = ice_lake(0xe7);
  host.cpuids[{7, 0}].eax = 1;
  host.cpuids[{7, 0}].edx = bit(22) | bit(23) | bit(24) | bit(25);
  host.cpuids[{7, 1}].eax = bit(4) | bit(5);
  const Ids without = *simd_of(host);
  EXPECT_EQ(std::count(without.begin(), without.end(), "amx_tile"), 0);
  EXPECT_EQ(std::count(without.begin(), without.end(), "avx512_fp16"), 1);
  EXPECT_EQ(std::count(without.begin(), without.end(), "avx_vnni"), 1);
  host.xcr0_value = 0x600e7;
  const Ids with = *simd_of(host);
  for (const char* id : {"amx_tile", "amx_int8", "amx_bf16", "avx512_bf16"})
    EXPECT_EQ(std::count(with.begin(), with.end(), id), 1) << id;
  // A processor that has no subleaf 1 answers it with rubbish.
  host.cpuids[{7, 0}].eax = 0;
  const Ids rubbish = *simd_of(host);
  EXPECT_EQ(std::count(rubbish.begin(), rubbish.end(), "avx512_bf16"), 0);
}

TEST(Simd, WhereTwoSourcesDisagreeOnlyTheCommonIsTaken) {
  test::FakeHost host = ice_lake(0x7);
  host.files["/proc/cpuinfo"] = "flags : lm sse4_2 avx fma avx2 avx512f\n";
  const Known<Ids> simd = simd_of(host);
  EXPECT_EQ(*simd, (Ids{"sse4_2", "avx", "fma", "avx2"}));
  ASSERT_EQ(simd.others.size(), 2u);
  EXPECT_EQ(simd.others[0].value, "sse4_2 avx f16c fma avx2");
  EXPECT_EQ(simd.others[1].value, "sse4_2 avx fma avx2 avx512f");
  EXPECT_FALSE(simd.why.empty());
  host.files["/proc/cpuinfo"] = "flags : lm sse4_2 avx f16c fma avx2\n";
  EXPECT_TRUE(simd_of(host).others.empty());
}

TEST(Simd, AnUnknownXcr0LeavesTheWordToTheKernel) {
  test::FakeHost host = ice_lake(0);
  host.xcr0_value.reset();
  EXPECT_EQ(*simd_of(host), Ids{"sse4_2"});
  EXPECT_EQ(simd_of(host).confidence, Confidence::low);
  host.files["/proc/cpuinfo"] = "flags : lm sse4_2 avx avx2\n";
  EXPECT_EQ(*simd_of(host), (Ids{"sse4_2", "avx", "avx2"}));
}

TEST(Simd, AnUnknownXcr0FollowsFromTheRoomForStates) {
  test::FakeHost host = ice_lake(0);
  host.xcr0_value.reset();
  // As hwloc's dump of an Opteron 6272: room for x87, SSE and AVX is taken, that for LWP is not.
  host.cpuids[{0xd, 0}] = {7, 0x340, 0x3c0, 0x40000000};
  host.cpuids[{0xd, 2}] = {0x100, 0x240, 0, 0};
  EXPECT_EQ(*simd_of(host), (Ids{"sse4_2", "avx", "f16c", "fma", "avx2"}));
  host.cpuids[{0xd, 0}].ebx = 0x240;  // SSE alone
  EXPECT_EQ(*simd_of(host), Ids{"sse4_2"});
  host.cpuids.erase({0xd, 2});
  EXPECT_EQ(simd_of(host).confidence, Confidence::low);
}

TEST(Simd, NothingToAskIsNotNothingThere) {
  const Known<Ids> none = simd_of(test::FakeHost{});
  EXPECT_FALSE(none);
  EXPECT_EQ(none.status, Status::error);
  const Known<Ids> power = simd_of(cpuid_words("cpu : POWER8E (raw), altivec supported\n"));
  EXPECT_FALSE(power);
  EXPECT_EQ(power.status, Status::unsupported);
}

TEST(Simd, TheListHasNamesAndUsesAndNoTwins) {
  std::set<std::string> ids;
  for (const SimdInfo& info : simd_list()) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_FALSE(info.name.empty()) << info.id;
    EXPECT_GT(info.what_for.size(), 10u) << info.id;
  }
  EXPECT_EQ(ids.size(), 26u);
}

TEST(Simd, ThisMachineAsItsKernelTells) {
  const auto host = live_host();
  const auto text = read_cpuinfo(*host);
  if (!text) GTEST_SKIP() << "this machine has no /proc/cpuinfo";
  const auto flags = words_of_all(*text, "flags");
  if (!flags) GTEST_SKIP() << "not an x86 machine";
  const Known<Ids> simd = simd_of(*host);
  ASSERT_TRUE(simd) << simd.why;
  for (const SimdInfo& info : simd_list()) {
    const std::string word = info.id == "avx512_vbmi" ? "avx512vbmi" : info.id;
    if (info.id == "neon") break;  // The rest is not of x86.
    EXPECT_EQ(std::count(flags->begin(), flags->end(), word) > 0,
              std::count(simd->begin(), simd->end(), info.id) > 0)
        << info.id;
  }
}

}  // namespace
}  // namespace weighin
