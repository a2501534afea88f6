// Is what the processor says written down and read back without loss?
#include "core/cpuid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(Cpuid, NativeLeavesAgreeWithTheKernel) {
  const auto leaf0 = native_cpuid(0, 0);
  if (!leaf0) GTEST_SKIP() << "not an x86 processor";
  const auto text = [](std::uint32_t word) {
    return std::string{static_cast<char>(word), static_cast<char>(word >> 8),
                       static_cast<char>(word >> 16), static_cast<char>(word >> 24)};
  };
  const std::string vendor = text(leaf0->ebx) + text(leaf0->edx) + text(leaf0->ecx);
  const std::string cpuinfo = test::slurp("/proc/cpuinfo");
  EXPECT_THAT(cpuinfo, testing::HasSubstr("vendor_id\t: " + vendor));
  EXPECT_FALSE(native_cpuid(leaf0->eax + 1, 0).has_value());
  EXPECT_FALSE(native_cpuid(0x8fffffffu, 0).has_value());
  // The word "hypervisor" among the flags is bit 31 of leaf 1's ECX; bare hardware has no such
  // leaves.
  const bool guest = cpuinfo.find(" hypervisor") != std::string::npos;
  EXPECT_EQ(native_cpuid(0x40000000u, 0).has_value(), guest);
  const bool avx = cpuinfo.find(" avx ") != std::string::npos;
  const auto enabled = native_xcr0();
  EXPECT_EQ(enabled.has_value() && (*enabled & 6u) == 6u, avx);
}

TEST(Cpuid, TableGoesOutAndComesBack) {
  CpuidTable table;
  table.leaves[{7, 1}] = {1, 0xffffffffu, 3, 4};
  table.leaves[{0x80000008u, 0}] = {5, 6, 7, 8};
  table.xcr0 = 0x600e7u;
  const auto back = read_cpuid_table(write_cpuid_table(table), "cpuid.txt");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->leaves, table.leaves);
  EXPECT_EQ(back->xcr0, table.xcr0);
}

TEST(Cpuid, BrokenLinesAreNamed) {
  for (const char* text : {"1 2 3\n", "x 0 0 0 0 0\n", "0 0 0 0 0 123456789\n", "xcr0\n",
                           "0 0 0 0 0 0 0\n", "-1 0 0 0 0 0\n"}) {
    const auto table = read_cpuid_table(std::string("# remark\n\n") + text, "c.txt");
    ASSERT_FALSE(table.ok()) << text;
    EXPECT_EQ(table.error().where, "c.txt:3");
    EXPECT_EQ(table.error().kind, ErrorKind::data);
  }
  EXPECT_TRUE(read_cpuid_table("", "c.txt").ok());
}

TEST(Cpuid, TooManyLeavesAreRefused) {
  std::string text;
  for (int i = 0; i < 70000; ++i) text += std::to_string(i) + " 0 0 0 0 0\n";
  EXPECT_FALSE(read_cpuid_table(text, "c.txt").ok());
}

// Lines of hwloc's dump AMD-1Ah-Zen5StrixPoint-RyzenAI9HX370 (hwloc, BSD-3-Clause).
TEST(Cpuid, HwlocDumpIsRead) {
  const auto table = read_hwloc_cpuid(
      "# mask e[abcd]x => e[abcd]x\n"
      "1 0 0 0 0 => 10 68747541 444d4163 69746e65\n"
      "1 1 0 0 0 => b20f40 180800 7ed8320b 178bfbff\n"
      "5 7 0 0 0 => 1 f1bf97ab 19405fde 10000110\n"
      "5 7 0 1 0 => 30 0 0 0\n"
      "5 d 0 0 0 => 2e7 988 988 0\n",
      "pu0");
  ASSERT_TRUE(table.ok()) << table.error().what;
  EXPECT_EQ((table->leaves.at({7, 1})), (CpuidRegisters{0x30, 0, 0, 0}));
  EXPECT_EQ((table->leaves.at({7, 0}).ebx), 0xf1bf97abu);
  EXPECT_EQ(table->xcr0, 0x2e7u);
  EXPECT_FALSE(read_hwloc_cpuid("1 0 0 0 0 -> 1 2 3 4\n", "pu0").ok());
}

TEST(Cpuid, HwlocDumpWithFeaturesSwitchedOffSaysNothingOfXcr0) {
  const auto table = read_hwloc_cpuid(
      "1 1 0 0 0 => b20f40 180800 7ed8320b 178bfbff\n5 d 0 0 0 => 2e7 240 988 0\n", "pu0");
  ASSERT_TRUE(table.ok());
  EXPECT_FALSE(table->xcr0.has_value());
}

}  // namespace
}  // namespace weighin
