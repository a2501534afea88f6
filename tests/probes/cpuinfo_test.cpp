// Are the words of /proc/cpuinfo found, whatever processor wrote them?
#include "probes/cpu/cpuinfo.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

using Words = std::vector<std::string>;

TEST(Cpuinfo, KeysAreMatchedWhole) {
  const std::string text =
      "Processor\t: AArch64 Processor rev 1 (aarch64)\nprocessor\t: 0\nCPU part\t: 0xd03\n\n"
      "processor\t: 1\nCPU part\t: 0xd09\nmodel name:\nno colon here\n: empty key\n";
  EXPECT_EQ(cpuinfo_values(text, "processor"), (Words{"0", "1"}));
  EXPECT_EQ(cpuinfo_values(text, "CPU part"), (Words{"0xd03", "0xd09"}));
  EXPECT_EQ(cpuinfo_value(text, "Processor"), "AArch64 Processor rev 1 (aarch64)");
  EXPECT_FALSE(cpuinfo_value(text, "model name"));
  EXPECT_FALSE(cpuinfo_value(text, "CPU"));
  EXPECT_TRUE(cpuinfo_values("", "processor").empty());
}

TEST(Cpuinfo, Numbers) {
  EXPECT_EQ(cpuinfo_number("0xd03"), 0xd03);
  EXPECT_EQ(cpuinfo_number(" 25 "), 25);
  EXPECT_FALSE(cpuinfo_number(""));
  EXPECT_FALSE(cpuinfo_number("0x"));
  EXPECT_FALSE(cpuinfo_number("12 MHz"));
  EXPECT_FALSE(cpuinfo_number("99999999999999999999"));
}

TEST(Cpuinfo, OnlyWordsOfEveryProcessorCount) {
  const std::string text =
      "Features : fp asimd fphp asimdhp\nFeatures : fp asimd\nFeatures : asimd fp crc32\n";
  EXPECT_EQ(words_of_all(text, "Features"), (Words{"fp", "asimd"}));
  EXPECT_FALSE(words_of_all(text, "flags"));
  EXPECT_EQ(words_of("  a\tb  c\r"), (Words{"a", "b", "c"}));
}

TEST(Cpuinfo, ArchitecturesByTheirWords) {
  EXPECT_EQ(architecture_of("flags : fpu lm sse2\n"), "x86_64");
  EXPECT_EQ(architecture_of("flags : fpu sse2\n"), "x86");
  EXPECT_EQ(architecture_of("Features : fp asimd\nCPU implementer : 0x41\nCPU architecture: 8\n"),
            "aarch64");
  // The same phone, asked by a 32-bit program.
  EXPECT_EQ(architecture_of("Features : half neon\nCPU implementer : 0x41\nCPU architecture: 8\n"),
            "aarch64");
  EXPECT_EQ(architecture_of("Features : half neon\nCPU implementer : 0x41\nCPU architecture: 7\n"),
            "arm");
  EXPECT_EQ(architecture_of("processor : 0\nisa : rv64imafdc\n"), "riscv64");
  EXPECT_EQ(architecture_of("cpu : POWER8E (raw), altivec supported\n"), "ppc64");
  EXPECT_EQ(architecture_of("vendor_id : IBM/S390\nfeatures : esan3 zarch\n"), "s390x");
  EXPECT_FALSE(architecture_of("processor : 0\n"));
}

TEST(Cpuinfo, AFileThatIsTooLargeIsNotRead) {
  test::FakeHost host;
  EXPECT_FALSE(read_cpuinfo(host));
  host.files["/proc/cpuinfo"] = "processor : 0\n";
  EXPECT_TRUE(read_cpuinfo(host));
  host.files["/proc/cpuinfo"] = std::string((16u << 20) + 1, 'x');
  EXPECT_FALSE(read_cpuinfo(host));
}

}  // namespace
}  // namespace weighin
