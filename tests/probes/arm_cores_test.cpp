// Are Arm cores found in /proc/cpuinfo and known by their numbers?
#include "probes/cpu/arm_cores.hpp"

#include <gtest/gtest.h>

#include <set>

namespace weighin {
namespace {

TEST(ArmCores, UnlikeCoresOfAPhone) {
  // Pixel 2 XL (pytorch/cpuinfo, BSD-2-Clause), an excerpt.
  const auto cores = arm_cores(
      "Processor\t: AArch64 Processor rev 1 (aarch64)\nprocessor\t: 0\nBogoMIPS\t: 38.00\n"
      "CPU implementer\t: 0x51\nCPU architecture: 8\nCPU variant\t: 0xa\nCPU part\t: 0x801\n"
      "CPU revision\t: 4\n\nprocessor\t: 4\nCPU implementer\t: 0x51\nCPU part\t: 0x800\n\n"
      "Hardware\t: Qualcomm Technologies, Inc MSM8998\n");
  ASSERT_EQ(cores.size(), 2u);
  EXPECT_EQ(cores[0], (ArmProcessor{0, 0x51, 0x801, 0xa, 4}));
  EXPECT_EQ(cores[1].processor, 4);
  EXPECT_EQ(arm_core_name(cores[0]), "Kryo 2xx Silver");
  EXPECT_EQ(arm_core_name(cores[1]), "Kryo 2xx Gold");
  EXPECT_TRUE(arm_design(0x51, 0x801)->small);
  EXPECT_FALSE(arm_design(0x51, 0x800)->small);
}

TEST(ArmCores, OldKernelsTellTheNumbersOnceForAll) {
  const auto cores = arm_cores(
      "Processor\t: ARMv7 Processor rev 0 (v7l)\nprocessor\t: 0\nBogoMIPS\t: 38.40\n\n"
      "processor\t: 1\nBogoMIPS\t: 38.40\n\nFeatures\t: swp half neon\n"
      "CPU implementer\t: 0x51\nCPU part\t: 0x06f\n\nHardware\t: MSM8960\n");
  ASSERT_EQ(cores.size(), 2u);
  EXPECT_EQ(arm_core_name(cores[1]), "Krait");
  EXPECT_EQ(cores[1].processor, 1);
}

TEST(ArmCores, OneCoreWithoutANumber) {
  const auto cores = arm_cores(
      "Processor : ARMv6-compatible processor rev 7 (v6l)\nFeatures : swp half\n"
      "CPU implementer : 0x41\nCPU part : 0xb76\n\nHardware : BCM2708\n");
  ASSERT_EQ(cores.size(), 1u);
  EXPECT_EQ(arm_core_name(cores[0]), "ARM1176");
}

TEST(ArmCores, OtherProcessorsAndUnknownNumbers) {
  EXPECT_TRUE(arm_cores("processor : 0\nvendor_id : GenuineIntel\nflags : fpu\n").empty());
  EXPECT_TRUE(arm_cores("").empty());
  EXPECT_EQ(arm_core_name({0, 0x41, 0xfff, 0, 0}), "0x41:0xfff");
  EXPECT_EQ(arm_design(0x99, 1), nullptr);
  EXPECT_EQ(arm_implementer(0x53), "Samsung");
  EXPECT_EQ(arm_implementer(0x99), "");
}

TEST(ArmCores, WhatADesignHasByItsVariant) {
  const ArmProcessor a55_r0{0, 0x41, 0xd05, 0, 1}, a55_r1{0, 0x41, 0xd05, 1, 0};
  const ArmProcessor a76{4, 0x41, 0xd0b, 3, 0}, m3{4, 0x53, 0x002, 1, 0}, other{4, 0x99, 1, 0, 0};
  EXPECT_EQ(arm_all_have({a55_r1, a76}, &ArmDesign::dotprod_from), true);
  EXPECT_EQ(arm_all_have({a55_r0, a76}, &ArmDesign::dotprod_from), false);
  EXPECT_EQ(arm_all_have({a55_r0, a76}, &ArmDesign::fp16_from), true);
  EXPECT_EQ(arm_all_have({a55_r0, m3}, &ArmDesign::fp16_from), false);
  EXPECT_EQ(arm_all_have({a76, other}, &ArmDesign::fp16_from), std::nullopt);
  EXPECT_EQ(arm_all_have({m3, other}, &ArmDesign::fp16_from), false);
  EXPECT_EQ(arm_all_have({}, &ArmDesign::fp16_from), std::nullopt);
}

TEST(ArmCores, NoNumberStandsTwiceInTheTable) {
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::int64_t implementer = 0; implementer < 256; ++implementer) {
    for (std::int64_t part = 0; part < 4096; ++part) {
      const ArmDesign* design = arm_design(implementer, part);
      if (design == nullptr) continue;
      EXPECT_FALSE(design->name.empty());
      EXPECT_FALSE(arm_implementer(implementer).empty()) << design->name;
      seen.insert({implementer, part});
    }
  }
  EXPECT_GT(seen.size(), 100u);
}

}  // namespace
}  // namespace weighin
