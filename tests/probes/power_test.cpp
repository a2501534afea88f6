// Is a laptop on battery told from one on mains, and a mouse's battery from the machine's?
#include <gtest/gtest.h>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe power_probe;
namespace {

const std::string kSupply = "/sys/class/power_supply/";

Power power_of(const test::FakeHost& host) {
  DeviceProfile profile;
  power_probe.run(host, {}, profile);
  return profile.power;
}

test::FakeHost laptop(const char* status, const char* online) {
  test::FakeHost host;
  host.files[kSupply + "BAT0/type"] = "Battery\n";
  host.files[kSupply + "BAT0/status"] = status;
  host.files[kSupply + "BAT0/capacity"] = "63\n";
  host.files[kSupply + "AC/type"] = "Mains\n";
  host.files[kSupply + "AC/online"] = online;
  return host;
}

TEST(Power, ALaptopOnBattery) {
  const Power power = power_of(laptop("Discharging\n", "0\n"));
  EXPECT_EQ(power.on_battery.value, true);
  EXPECT_DOUBLE_EQ(*power.charge, 0.63);
}

TEST(Power, ALaptopOnMains) {
  EXPECT_EQ(power_of(laptop("Charging\n", "1\n")).on_battery.value, false);
  EXPECT_EQ(power_of(laptop("Not charging\n", "1\n")).on_battery.value, false);
  EXPECT_EQ(power_of(laptop("Full\n", "0\n")).on_battery.value, true)
      << "no mains supply is online";
}

TEST(Power, ChargeFromTheEnergyCounters) {
  test::FakeHost host = laptop("Discharging", "0");
  host.files.erase(kSupply + "BAT0/capacity");
  host.files[kSupply + "BAT0/energy_now"] = "20000000";
  host.files[kSupply + "BAT0/energy_full"] = "50000000";
  EXPECT_DOUBLE_EQ(*power_of(host).charge, 0.4);
  host.files[kSupply + "BAT0/energy_full"] = "0";
  EXPECT_FALSE(power_of(host).charge) << "an empty counter is not a charge of infinity";
}

TEST(Power, TwoBatteriesCountByWhatTheyHold) {
  test::FakeHost host = laptop("Discharging", "0");
  host.files[kSupply + "BAT0/capacity"] = "100";
  host.files[kSupply + "BAT0/energy_full"] = "10000000";
  host.files[kSupply + "BAT1/type"] = "Battery";
  host.files[kSupply + "BAT1/capacity"] = "50";
  host.files[kSupply + "BAT1/energy_full"] = "30000000";
  EXPECT_DOUBLE_EQ(*power_of(host).charge, 0.625);
  host.files[kSupply + "BAT1/present"] = "0";
  EXPECT_DOUBLE_EQ(*power_of(host).charge, 1.0) << "an empty bay";
}

TEST(Power, ProcessorsWithoutAThermalZone) {
  test::FakeHost host;
  host.files["/sys/class/hwmon/hwmon0/name"] = "nvme\n";
  host.files["/sys/class/hwmon/hwmon0/temp1_input"] = "80000\n";
  host.files["/sys/class/hwmon/hwmon1/name"] = "k10temp\n";
  host.files["/sys/class/hwmon/hwmon1/temp1_input"] = "65250\n";
  EXPECT_DOUBLE_EQ(*power_of(host).hottest_celsius, 65.25) << "a disk is not the processor";
}

TEST(Power, AMouseIsNotTheMachine) {
  test::FakeHost host;
  host.files[kSupply + "hidpp_battery_0/type"] = "Battery";
  host.files[kSupply + "hidpp_battery_0/scope"] = "Device";
  host.files[kSupply + "hidpp_battery_0/status"] = "Discharging";
  EXPECT_EQ(power_of(host).on_battery.value, false);
}

TEST(Power, ADesktopHasNoBatteryAndAKernelWithoutTheFolderDoesNotTell) {
  test::FakeHost host;
  host.folders.insert("/sys/class/power_supply");
  const Power desktop = power_of(host);
  EXPECT_EQ(desktop.on_battery.value, false);
  EXPECT_EQ(desktop.on_battery.known_by, KnownBy::computed);
  EXPECT_EQ(desktop.charge.status, Status::unsupported);
  const Power nothing = power_of(test::FakeHost{});
  EXPECT_FALSE(nothing.on_battery);
  EXPECT_FALSE(nothing.on_battery.why.empty());
}

TEST(Power, HeatAndThrottling) {
  test::FakeHost host;
  host.files["/sys/class/thermal/thermal_zone0/temp"] = "45000\n";
  host.files["/sys/class/thermal/thermal_zone1/temp"] = "71500\n";
  host.files["/sys/class/thermal/thermal_zone2/temp"] = "-274000\n";
  host.files["/sys/class/thermal/thermal_zone3/temp"] = "999999999\n";
  host.files["/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count"] = "3\n";
  host.files["/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count"] = "5\n";
  host.files["/sys/firmware/acpi/platform_profile"] = "low-power\n";
  const Power power = power_of(host);
  EXPECT_DOUBLE_EQ(*power.hottest_celsius, 71.5);
  EXPECT_EQ(*power.throttle_events, 5);
  EXPECT_EQ(*power.profile, "low-power");
  EXPECT_FALSE(power_of(test::FakeHost{}).throttle_events) << "no counter is not a count of 0";
}

}  // namespace
}  // namespace weighin
