// Are battery, governor, neighbours, steal and heat said?
#include "bench/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/support.hpp"

namespace weighin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Conditions, TicksOfProcStat) {
  // First line of a real /proc/stat: user nice system idle iowait irq softirq steal guest
  // guest_nice.
  const auto ticks =
      parse_cpu_ticks("cpu  74142 149 16847 621840 1168 3 169 46 0 0\ncpu0 1 2 3 4\n");
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->busy, 74142 + 149 + 16847 + 3 + 169);
  EXPECT_EQ(ticks->stolen, 46);
  EXPECT_EQ(parse_cpu_ticks("cpu  10 0 5 100\n")->stolen, 0);
  for (const char* bad : {"", "cpu", "cpu ", "cpu  1 2 3\n4", "cpu  a b c d", "intr 5",
                          "cpu  99999999999999999999999 1 1 1", "cpu  -1 2 3 4"}) {
    EXPECT_FALSE(parse_cpu_ticks(bad)) << bad;
  }
}

TEST(Conditions, QuietMachineGivesNoWarning) {
  const double hertz = static_cast<double>(sysconf(_SC_CLK_TCK));
  const Conditions before{
      .seconds = 10, .ticks = CpuTicks{500, 0}, .own_cpu_seconds = 1, .throttled = 3.0};
  const Conditions after{.seconds = 12,
                         .ticks = CpuTicks{500 + 4.1 * hertz, 1},
                         .own_cpu_seconds = 5,
                         .throttled = 3.0};
  EXPECT_THAT(warnings_between({}, before, after), IsEmpty());
  EXPECT_FALSE(contention_between(before, after).flagged);
}

TEST(Conditions, EachDisturbanceIsNamed) {
  const double hertz = static_cast<double>(sysconf(_SC_CLK_TCK));
  DeviceProfile profile;
  profile.power.on_battery = Known<bool>::of(true, "test");
  profile.cpu.governor = Known<std::string>::of("powersave", "test");
  const Conditions before{
      .seconds = 10, .ticks = CpuTicks{0, 0}, .own_cpu_seconds = 1, .throttled = 3.0};
  const Conditions after{
      .seconds = 12, .ticks = CpuTicks{6 * hertz, hertz}, .own_cpu_seconds = 5, .throttled = 5.0};
  EXPECT_TRUE(contention_between(before, after).flagged);
  EXPECT_THAT(warnings_between(profile, before, after),
              ElementsAre(HasSubstr("battery"), HasSubstr("powersave"),
                          HasSubstr("used 1.0 processor cores"), HasSubstr("hypervisor gave 0.5"),
                          HasSubstr("heat 2 times")));
}

TEST(Conditions, AMachineWithoutAnswers) {
  test::TemporaryFolder folder;
  folder.write("root/proc/stat", "rubbish");
  folder.write("root/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "7\n");
  const auto host = recorded_host(folder.path().string());
  ASSERT_TRUE(host.ok());
  const Conditions look = look_at_conditions(**host);
  EXPECT_FALSE(look.ticks);
  EXPECT_EQ(look.throttled, 7.0);
  EXPECT_THAT(warnings_between({}, look, look), IsEmpty());
}

}  // namespace
}  // namespace weighin
