// Do families and models get the names that their makers gave them?
#include "probes/cpu/microarchitecture.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Microarchitecture, X86ByFamilyAndModel) {
  // Real pairs: Xeon E5345, X5550, E5-2680 v3, Platinum 8468, Core i5-1145G7; Opteron 6272,
  // EPYC 7451, 7763, 9654, Ryzen AI 9 HX 370; Hygon C86; KaiSheng KH-40000.
  const char* intel = "GenuineIntel";
  EXPECT_EQ(x86_microarchitecture(intel, 6, 15), "Core");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 26), "Nehalem");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 63), "Haswell");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 143), "Sapphire Rapids");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 140), "Tiger Lake");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 181), "Arrow Lake");
  const char* amd = "AuthenticAMD";
  EXPECT_EQ(x86_microarchitecture(amd, 0x15, 1), "Bulldozer");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 1), "Zen");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 8), "Zen+");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 0x71), "Zen 2");
  EXPECT_EQ(x86_microarchitecture(amd, 0x19, 1), "Zen 3");
  EXPECT_EQ(x86_microarchitecture(amd, 0x19, 0x11), "Zen 4");
  EXPECT_EQ(x86_microarchitecture(amd, 0x1a, 0x24), "Zen 5");
  EXPECT_EQ(x86_microarchitecture("HygonGenuine", 0x18, 0), "Dhyana");
  EXPECT_EQ(x86_microarchitecture("CentaurHauls", 7, 0x5b), "YongFeng");
}

TEST(Microarchitecture, WhatNoTableKnowsHasNoName) {
  EXPECT_FALSE(x86_microarchitecture("GenuineIntel", 6, 0xff));
  EXPECT_FALSE(x86_microarchitecture("GenuineIntel", 0x17, 1));
  EXPECT_FALSE(x86_microarchitecture("AuthenticAMD", 0x40, 0));
  EXPECT_FALSE(x86_microarchitecture("", 6, 15));
}

}  // namespace
}  // namespace weighin
