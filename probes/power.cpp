// Does the machine run on battery, in which mood, and how hot?
#include <algorithm>

#include "probes/probe.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

const char* const kSupplies = "/sys/class/power_supply";
const char* const kThermal = "/sys/class/thermal";
const char* const kMonitors = "/sys/class/hwmon";
const char* const kCpus = "/sys/devices/system/cpu";

// Most folders of one kind that are looked at: a machine of 4096 CPUs must not cost a second.
constexpr std::size_t kMost = 512;

// The share that is left, from the energy or charge counters where `capacity` is not given.
std::optional<double> battery_charge(const Host& host, const std::string& supply) {
  if (const auto percent = read_number(host, supply + "/capacity");
      percent && *percent >= 0 && *percent <= 100) {
    return static_cast<double>(*percent) / 100;
  }
  for (const std::string kind : {"energy", "charge"}) {
    const auto now = read_number(host, supply + "/" + kind + "_now");
    const auto full = read_number(host, supply + "/" + kind + "_full");
    if (now && full && *full > 0 && *now >= 0) {
      return std::min(1.0, static_cast<double>(*now) / static_cast<double>(*full));
    }
  }
  return std::nullopt;
}

void probe_supplies(const Host& host, Power& power) {
  const Result<std::vector<std::string>> supplies = host.list_directory(kSupplies);
  if (!supplies) {
    const std::string why = "this kernel lists no power supplies";
    power.on_battery = Known<bool>::unknown(Status::unsupported, why, kSupplies);
    power.charge = Known<double>::unknown(Status::unsupported, why, kSupplies);
    return;
  }
  bool mains_online = false, mains_seen = false, discharging = false, battery_seen = false;
  double charge = 0, weights = 0;
  for (const std::string& name : *supplies) {
    const std::string folder = std::string(kSupplies) + "/" + name;
    // A mouse or a headset has a battery too, of scope "Device".
    if (read_line(host, folder + "/scope").value_or("") == "Device") continue;
    const std::string type = read_line(host, folder + "/type").value_or("");
    if (type == "Battery") {
      if (read_number(host, folder + "/present") == 0) continue;  // an empty bay
      battery_seen = true;
      const std::string status = read_line(host, folder + "/status").value_or("");
      discharging = discharging || status == "Discharging";
      if (const auto share = battery_charge(host, folder)) {
        // Several batteries count by what each can hold, where they tell that.
        const auto full = read_number(host, folder + "/energy_full");
        const double weight = full && *full > 0 ? static_cast<double>(*full) : 1.0;
        charge += *share * weight;
        weights += weight;
      }
    } else if (type == "Mains" || type.rfind("USB", 0) == 0 || type == "Wireless") {
      mains_seen = true;
      mains_online = mains_online || read_number(host, folder + "/online").value_or(0) > 0;
    }
  }
  if (battery_seen) {
    power.on_battery = Known<bool>::of(discharging && !mains_online, kSupplies);
    if (!discharging && mains_seen && !mains_online) {
      power.on_battery = Known<bool>::of(true, kSupplies, KnownBy::computed, Confidence::medium);
      power.on_battery.why = "no mains supply is online";
    }
  } else {
    power.on_battery = Known<bool>::of(false, kSupplies, KnownBy::computed);
    power.on_battery.why = "the kernel lists no battery";
  }
  power.charge = weights > 0
                     ? Known<double>::of(charge / weights, kSupplies)
                     : Known<double>::unknown(Status::unsupported,
                                              battery_seen ? "the battery does not tell its charge"
                                                           : "there is no battery",
                                              kSupplies);
}

void probe_profile(const Host& host, Power& power) {
  const std::string file = "/sys/firmware/acpi/platform_profile";
  const auto profile = read_line(host, file);
  power.profile = profile && !profile->empty()
                      ? Known<std::string>::of(*profile, file)
                      : Known<std::string>::unknown(Status::unsupported,
                                                    "the firmware offers no power profiles", file);
}

void probe_heat(const Host& host, Power& power) {
  std::optional<double> hottest;
  std::string source;
  const auto take = [&](const std::string& file) {
    const auto millidegrees = read_number(host, file);
    // Sensors that are off say 0, -274000 or nonsense.
    if (!millidegrees || *millidegrees <= 0 || *millidegrees > 150'000) return;
    const double celsius = static_cast<double>(*millidegrees) / 1000;
    if (hottest && celsius <= *hottest) return;
    hottest = celsius;
    source = file;
  };
  const auto folders = [&](const std::string& above, std::string_view prefix) {
    std::vector<std::string> found;
    const Result<std::vector<std::string>> names = host.list_directory(above);
    for (const std::string& name : names ? *names : std::vector<std::string>{}) {
      if (name.rfind(prefix, 0) == 0 && found.size() < kMost) found.push_back(above + "/" + name);
    }
    return found;
  };
  for (const std::string& zone : folders(kThermal, "thermal_zone")) take(zone + "/temp");
  // AMD processors have no thermal zone; their sensor stands among the hardware monitors.
  for (const std::string& monitor : folders(kMonitors, "hwmon")) {
    const std::string name = read_line(host, monitor + "/name").value_or("");
    if (name == "coretemp" || name == "k10temp" || name == "zenpower" || name == "cpu_thermal") {
      take(monitor + "/temp1_input");
    }
  }
  power.hottest_celsius =
      hottest ? Known<double>::of(*hottest, source)
              : Known<double>::unknown(Status::unsupported, "no temperature sensor can be read",
                                       kThermal);
}

void probe_throttling(const Host& host, Power& power) {
  const Result<std::vector<std::string>> cpus = host.list_directory(kCpus);
  std::optional<std::int64_t> most;
  std::size_t seen = 0;
  for (const std::string& cpu : cpus ? *cpus : std::vector<std::string>{}) {
    if (cpu.size() < 4 || cpu.rfind("cpu", 0) != 0 || cpu[3] < '0' || cpu[3] > '9' ||
        ++seen > kMost)
      continue;
    const std::string folder = std::string(kCpus) + "/" + cpu + "/thermal_throttle";
    for (const char* counter : {"/package_throttle_count", "/core_throttle_count"}) {
      const auto count = read_number(host, folder + counter);
      if (count && *count >= 0) most = std::max(most.value_or(0), *count);
    }
    if (!most) break;  // the first CPU has no such counter, and neither will the others
  }
  power.throttle_events =
      most ? Known<std::int64_t>::of(*most, std::string(kCpus) + "/cpu*/thermal_throttle")
           : Known<std::int64_t>::unknown(Status::unsupported,
                                          "this processor counts no thermal throttling", kCpus);
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  probe_supplies(host, profile.power);
  probe_profile(host, profile.power);
  probe_heat(host, profile.power);
  probe_throttling(host, profile.power);
}

}  // namespace

extern const Probe power_probe;
const Probe power_probe{"power", "does the machine run on battery, in which mood, and how hot?",
                        run};

}  // namespace weighin
