// Are clocks and governors read as the kernel writes them, and nonsense left out?
#include "probes/cpu/frequency.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

const std::string kCpus = "/sys/devices/system/cpu";

TEST(Frequency, PoliciesOfAPhone) {
  test::FakeHost host;
  host.files[kCpus + "/cpufreq/policy0/related_cpus"] = "0 1 2 3\n";
  host.files[kCpus + "/cpufreq/policy0/cpuinfo_max_freq"] = "1766400\n";
  host.files[kCpus + "/cpufreq/policy0/scaling_governor"] = "schedutil\n";
  host.files[kCpus + "/cpufreq/policy4/related_cpus"] = "4 5\n";
  host.files[kCpus + "/cpufreq/policy4/cpuinfo_max_freq"] = "2803200\n";
  host.files[kCpus + "/cpufreq/policy4/scaling_governor"] = "performance\n";
  const auto clocks = read_clocks(host, {0, 1, 2, 3, 4, 5});
  ASSERT_EQ(clocks.size(), 6u);
  EXPECT_EQ(clocks[0].max_hertz, 1.7664e9);
  EXPECT_EQ(clocks[5].thread, 5);
  EXPECT_EQ(clocks[5].max_hertz, 2.8032e9);
  EXPECT_FALSE(clocks[5].base_hertz);
  EXPECT_EQ(*read_governor(host), "performance, schedutil");
}

TEST(Frequency, FoldersOfProcessorsInOldKernels) {
  test::FakeHost host;
  host.files[kCpus + "/cpu0/cpufreq/cpuinfo_max_freq"] = "2400000\n";
  host.files[kCpus + "/cpu0/cpufreq/base_frequency"] = "2000000\n";
  host.files[kCpus + "/cpu0/cpufreq/scaling_governor"] = "powersave\n";
  host.files[kCpus + "/cpu1/cpufreq/cpuinfo_max_freq"] = "2400000\n";
  host.files[kCpus + "/cpu1/acpi_cppc/nominal_freq"] = "1900\n";
  const auto clocks = read_clocks(host, {0, 1});
  ASSERT_EQ(clocks.size(), 2u);
  EXPECT_EQ(clocks[0].base_hertz, 2.0e9);
  EXPECT_EQ(clocks[1].base_hertz, 1.9e9);
  EXPECT_EQ(*read_governor(host), "powersave");
}

TEST(Frequency, NonsenseIsNotAClock) {
  for (const char* text : {"0\n", "-5\n", "fast\n", "", "999999999999\n"}) {
    test::FakeHost host;
    host.files[kCpus + "/cpu0/cpufreq/cpuinfo_max_freq"] = text;
    EXPECT_TRUE(read_clocks(host, {0}).empty()) << text;
  }
}

TEST(Frequency, VirtualMachinesScaleNone) {
  const test::FakeHost host;
  EXPECT_TRUE(read_clocks(host, {0, 1}).empty());
  EXPECT_FALSE(read_governor(host));
  EXPECT_FALSE(read_governor(host).why.empty());
}

}  // namespace
}  // namespace weighin
