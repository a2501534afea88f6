// Do families and models get the names that their makers gave them?
#include "probes/cpu/microarchitecture.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Microarchitecture, X86ByFamilyAndModel) {
  // Real pairs: Xeon E5345, X5550, E5-2680 v3, Platinum 8468, Core i5-1145G7; Opteron 6272,
  // EPYC 7451, 7763, 9654, Ryzen AI 9 HX 370; Hygon C86; KaiSheng KH-40000.
  const char* intel = "GenuineIntel";
  EXPECT_EQ(x86_microarchitecture(intel, 6, 15, 0), "Core");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 26, 0), "Nehalem");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 63, 0), "Haswell");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 143, 0), "Sapphire Rapids");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 140, 0), "Tiger Lake");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 181, 0), "Arrow Lake");
  const char* amd = "AuthenticAMD";
  EXPECT_EQ(x86_microarchitecture(amd, 0x15, 1, 0), "Bulldozer");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 1, 0), "Zen");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 8, 0), "Zen+");
  EXPECT_EQ(x86_microarchitecture(amd, 0x17, 0x71, 0), "Zen 2");
  EXPECT_EQ(x86_microarchitecture(amd, 0x19, 1, 0), "Zen 3");
  EXPECT_EQ(x86_microarchitecture(amd, 0x19, 0x11, 0), "Zen 4");
  EXPECT_EQ(x86_microarchitecture(amd, 0x1a, 0x24, 0), "Zen 5");
  EXPECT_EQ(x86_microarchitecture("HygonGenuine", 0x18, 0, 0), "Dhyana");
  EXPECT_EQ(x86_microarchitecture("CentaurHauls", 7, 0x5b, 0), "YongFeng");
}

TEST(Microarchitecture, OneModelOfSeveralDesigns) {
  // Xeon Gold 6140, Gold 6230, Platinum 8380H; Core i7-7700K, i7-8700K.
  const char* intel = "GenuineIntel";
  EXPECT_EQ(x86_microarchitecture(intel, 6, 0x55, 4), "Skylake-SP");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 0x55, 7), "Cascade Lake");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 0x55, 11), "Cooper Lake");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 0x9e, 9), "Kaby Lake");
  EXPECT_EQ(x86_microarchitecture(intel, 6, 0x9e, 10), "Coffee Lake");
}

TEST(Microarchitecture, WhatNoTableKnowsHasNoName) {
  EXPECT_FALSE(x86_microarchitecture("GenuineIntel", 6, 0xff, 0));
  EXPECT_FALSE(x86_microarchitecture("GenuineIntel", 0x17, 1, 0));
  EXPECT_FALSE(x86_microarchitecture("AuthenticAMD", 0x40, 0, 0));
  EXPECT_FALSE(x86_microarchitecture("", 6, 15, 0));
}

}  // namespace
}  // namespace weighin
