// Is the machine in a state in which figures mean something?
#include "bench/conditions.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>

#include "bench/clock.hpp"

namespace weighin {
namespace {

constexpr double kMuchOtherWork = 0.25;  // cores; an idle desktop stays below 0.1
constexpr double kMuchSteal = 0.1;       // cores
constexpr int kMostThrottleFiles = 1024;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

std::optional<double> throttle_events(const Host& host) {
  std::optional<double> sum;
  for (int cpu = 0; cpu < kMostThrottleFiles; ++cpu) {
    const Result<std::string> text = host.read_file(
        fmt::format("/sys/devices/system/cpu/cpu{}/thermal_throttle/core_throttle_count", cpu), 64);
    if (!text) break;
    double count = 0.0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), count);
    if (parsed.ec == std::errc() && count >= 0.0) sum = sum.value_or(0.0) + count;
  }
  return sum;
}

}  // namespace

std::optional<CpuTicks> parse_cpu_ticks(std::string_view text) {
  if (!text.starts_with("cpu ")) return std::nullopt;
  text =
      text.substr(4, text.find('\n') == std::string_view::npos ? text.size() : text.find('\n') - 4);
  // user nice system idle iowait irq softirq steal; kernels before 2.6.11 have no steal.
  std::array<double, 8> fields{};
  std::size_t count = 0;
  while (count < fields.size()) {
    const std::size_t start = text.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    unsigned long long ticks = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), ticks);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    fields[count++] = static_cast<double>(ticks);
  }
  if (count < 4) return std::nullopt;
  return CpuTicks{fields[0] + fields[1] + fields[2] + fields[5] + fields[6], fields[7]};
}

Conditions look_at_conditions(const Host& host) {
  Conditions now;
  now.seconds = clock_seconds();
  if (const auto stat = host.read_file("/proc/stat")) now.ticks = parse_cpu_ticks(*stat);
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    now.own_cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  now.throttled = throttle_events(host);
  return now;
}

Contention contention_between(const Conditions& before, const Conditions& after) {
  Contention contention;
  const double elapsed = after.seconds - before.seconds;
  if (!before.ticks || !after.ticks || elapsed <= 0.05) return contention;
  const double per_second = static_cast<double>(sysconf(_SC_CLK_TCK)) * elapsed;
  contention.other_cores = (after.ticks->busy - before.ticks->busy) / per_second -
                           (after.own_cpu_seconds - before.own_cpu_seconds) / elapsed;
  contention.stolen_cores = (after.ticks->stolen - before.ticks->stolen) / per_second;
  contention.flagged =
      contention.other_cores > kMuchOtherWork || contention.stolen_cores > kMuchSteal;
  return contention;
}

std::vector<std::string> warnings_between(const DeviceProfile& profile, const Conditions& before,
                                          const Conditions& after) {
  std::vector<std::string> warnings;
  if (profile.power.on_battery && *profile.power.on_battery) {
    warnings.push_back("running on battery: the figures may be lower than on mains");
  }
  if (profile.cpu.governor &&
      (*profile.cpu.governor == "powersave" || *profile.cpu.governor == "conservative")) {
    warnings.push_back(fmt::format("the frequency governor is \"{}\": figures may be low at first",
                                   *profile.cpu.governor));
  }
  const Contention contention = contention_between(before, after);
  if (contention.other_cores > kMuchOtherWork) {
    warnings.push_back(
        fmt::format("other programs used {:.1f} processor cores meanwhile", contention.other_cores));
  }
  if (contention.stolen_cores > kMuchSteal) {
    warnings.push_back(
        fmt::format("the hypervisor gave {:.1f} of the cores to other machines meanwhile",
                    contention.stolen_cores));
  }
  if (before.throttled && after.throttled && *after.throttled > *before.throttled) {
    warnings.push_back(fmt::format("the processor was throttled by heat {:.0f} times meanwhile",
                                   *after.throttled - *before.throttled));
  }
  return warnings;
}

}  // namespace weighin
