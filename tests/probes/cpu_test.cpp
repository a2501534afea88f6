// Do processors get their vendor, model, design and clocks?
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cstring>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe cpu_probe;
namespace {

Cpu cpu_of(const Host& host) {
  DeviceProfile profile;
  cpu_probe.run(host, {}, profile);
  return profile.cpu;
}

test::FakeHost words(const std::string& cpuinfo) {
  test::FakeHost host;
  host.files["/proc/cpuinfo"] = cpuinfo;
  return host;
}

TEST(Cpu, AnIntelLaptop) {
  test::FakeHost host = words(
      "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\n"
      "model name\t: Intel(R) Core(TM) i5-8250U   CPU @ 1.60GHz\nflags\t\t: fpu lm avx2\n");
  const std::string cpus = "/sys/devices/system/cpu/";
  host.files[cpus + "cpu0/cpufreq/base_frequency"] = "1800000\n";
  host.files[cpus + "cpu0/cpufreq/scaling_governor"] = "powersave\n";
  host.files[cpus + "cpu0/cpufreq/cpuinfo_max_freq"] = "3300000\n";
  host.files[cpus + "cpu1/cpufreq/cpuinfo_max_freq"] = "3400000\n";
  host.files[cpus + "cpufreq/cpuinfo_max_freq"] = "9900000\n";
  const Cpu cpu = cpu_of(host);
  EXPECT_EQ(*cpu.vendor, "Intel");
  EXPECT_EQ(*cpu.model, "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz");
  EXPECT_EQ(*cpu.architecture, "x86_64");
  EXPECT_EQ(*cpu.microarchitecture, "Kaby Lake");
  EXPECT_EQ(*cpu.base_hertz, 1.8e9);
  EXPECT_EQ(*cpu.max_hertz, 3.4e9);
  EXPECT_EQ(*cpu.governor, "powersave");
}

TEST(Cpu, AnAmdByCpuidAlone) {
  test::FakeHost host;
  CpuidRegisters vendor;
  std::memcpy(&vendor.ebx, "Auth", 4);
  std::memcpy(&vendor.edx, "enti", 4);
  std::memcpy(&vendor.ecx, "cAMD", 4);
  host.cpuids[{0, 0}] = vendor;
  host.cpuids[{1, 0}].eax = 0x00b20f40;  // family 0xf + 0xb, model 0x24
  host.cpuids[{0x80000000u, 0}].eax = 0x80000008u;
  host.cpuids[{0x80000001u, 0}].edx = 1u << 29;
  const char brand[49] = "AMD Ryzen AI 9 HX 370 w/ Radeon 890M            ";
  for (std::uint32_t i = 0; i < 3; ++i)
    std::memcpy(&host.cpuids[{0x80000002u + i, 0}], brand + 16 * i, 16);
  const Cpu cpu = cpu_of(host);
  EXPECT_EQ(*cpu.vendor, "AMD");
  EXPECT_EQ(*cpu.model, "AMD Ryzen AI 9 HX 370 w/ Radeon 890M");
  EXPECT_EQ(*cpu.microarchitecture, "Zen 5");
  EXPECT_EQ(*cpu.architecture, "x86_64");
  EXPECT_FALSE(cpu.max_hertz);
  EXPECT_FALSE(cpu.governor);
}

TEST(Cpu, APhoneIn64And32Bit) {
  const std::string tail =
      "CPU implementer\t: 0x51\nCPU architecture: 8\nCPU variant\t: 0xa\nCPU part\t: 0x801\n\n"
      "processor\t: 1\nCPU implementer\t: 0x51\nCPU part\t: 0x800\n\n"
      "Hardware\t: Qualcomm Technologies, Inc MSM8998\n";
  for (const char* features :
       {"Features\t: fp asimd aes\n", "Features\t: half thumb neon vfpv4\n"}) {
    const Cpu cpu = cpu_of(words("processor\t: 0\n" + std::string(features) + tail));
    EXPECT_EQ(*cpu.vendor, "Qualcomm");
    EXPECT_EQ(*cpu.architecture, "aarch64");
    EXPECT_EQ(*cpu.microarchitecture, "Kryo 2xx Gold + Kryo 2xx Silver");
    EXPECT_EQ(*cpu.model, "Qualcomm Technologies, Inc MSM8998");
  }
}

TEST(Cpu, ABoardWithoutANameOfItsChip) {
  const char* pi =
      "processor : 0\nmodel name : ARMv8 Processor rev 3 (v8l)\nFeatures : half neon\n"
      "CPU implementer : 0x41\nCPU architecture: 8\nCPU part : 0xd08\n";
  test::FakeHost host = words(pi);
  EXPECT_EQ(*cpu_of(host).model, "Cortex-A72");
  EXPECT_EQ(cpu_of(host).model.confidence, Confidence::medium);
  host.files["/proc/device-tree/model"] = std::string("Raspberry Pi 4 Model B Rev 1.1\0", 31);
  EXPECT_EQ(*cpu_of(host).model, "Raspberry Pi 4 Model B Rev 1.1");
}

TEST(Cpu, WhatHypervisorsMakeUp) {
  const Cpu qemu =
      cpu_of(words("vendor_id : GenuineIntel\ncpu family : 15\nmodel : 107\n"
                   "model name : QEMU Virtual CPU version 2.5+\nflags : lm\n"));
  EXPECT_FALSE(qemu.microarchitecture);
  EXPECT_NE(qemu.microarchitecture.why.find("made-up"), std::string::npos);
  // The numbers of Rocket Lake over the abilities of a server with AMX.
  test::FakeHost host;
  std::memcpy(&host.cpuids[{0, 0}].ebx, "Genu", 4);
  std::memcpy(&host.cpuids[{0, 0}].edx, "ineI", 4);
  std::memcpy(&host.cpuids[{0, 0}].ecx, "ntel", 4);
  host.cpuids[{1, 0}].eax = 0x000a0671;
  EXPECT_EQ(*cpu_of(host).microarchitecture, "Rocket Lake");
  host.cpuids[{7, 0}].eax = 1;
  host.cpuids[{7, 0}].edx = 1u << 24;
  Known<std::string> design = cpu_of(host).microarchitecture;
  EXPECT_EQ(*design, "Sapphire Rapids or later");
  ASSERT_EQ(design.others.size(), 1u);
  EXPECT_EQ(design.others[0].value, "Rocket Lake");
  host.cpuids[{7, 1}].eax = 1u << 21;
  EXPECT_EQ(*cpu_of(host).microarchitecture, "Granite Rapids or later");
  host.cpuids[{1, 0}].eax = 0x000806f8;  // a Sapphire Rapids is one
  host.cpuids[{7, 1}].eax = 0;
  EXPECT_EQ(*cpu_of(host).microarchitecture, "Sapphire Rapids");
  EXPECT_TRUE(cpu_of(host).microarchitecture.others.empty());
}

TEST(Cpu, TheBaseClockInAName) {
  const auto base = [](const std::string& name) {
    return cpu_of(words("vendor_id : GenuineIntel\ncpu family : 6\nmodel : 63\nmodel name : " +
                        name + "\n"))
        .base_hertz;
  };
  EXPECT_EQ(base("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz").value_or(0), 2.5e9);
  EXPECT_EQ(base("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz").known_by, KnownBy::published);
  EXPECT_FALSE(base("Intel(R) Xeon(R) Processor"));
  EXPECT_FALSE(base("a name @ 99999999GHz"));
  EXPECT_FALSE(base("a name @ GHz"));
}

TEST(Cpu, RiscVPowerAndNothing) {
  const Cpu risc = cpu_of(words("processor : 0\nisa : rv64imafdc\nuarch : sifive,u74-mc\n"));
  EXPECT_EQ(*risc.architecture, "riscv64");
  EXPECT_EQ(*risc.model, "sifive,u74-mc");
  EXPECT_FALSE(risc.microarchitecture);
  EXPECT_EQ(*cpu_of(words("cpu : POWER8E (raw), altivec supported\n")).architecture, "ppc64");
  const Cpu none = cpu_of(test::FakeHost{});
  EXPECT_FALSE(none.vendor);
  EXPECT_FALSE(none.model);
  EXPECT_FALSE(none.architecture);
  EXPECT_FALSE(none.base_hertz);
  EXPECT_FALSE(none.base_hertz.why.empty());
}

TEST(Cpu, UnameGoesFirstAndClocksBeyondSenseAreNone) {
  test::FakeHost host = words("flags : lm\n");
  host.answers["uname"] = "armv7l\n";
  host.files["/sys/devices/system/cpu/cpu0/cpufreq/base_frequency"] = "9223372036854775807\n";
  host.files["/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"] = "-1\n";
  const Cpu cpu = cpu_of(host);
  EXPECT_EQ(*cpu.architecture, "arm");
  EXPECT_FALSE(cpu.base_hertz);
  EXPECT_FALSE(cpu.max_hertz);
}

TEST(Cpu, ThisMachine) {
  const auto host = live_host();
  const Cpu cpu = cpu_of(*host);
  utsname names{};
  ASSERT_EQ(uname(&names), 0);
  ASSERT_TRUE(cpu.architecture);
  if (std::string(names.machine) == "x86_64") {
    EXPECT_EQ(*cpu.architecture, "x86_64");
    EXPECT_TRUE(cpu.vendor) << cpu.vendor.why;
  }
}

}  // namespace
}  // namespace weighin
