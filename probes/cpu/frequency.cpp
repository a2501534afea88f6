// How fast may the processor's clock run, as the kernel tells it?
//
// Kernel: Documentation/admin-guide/pm/cpufreq.rst (kHz); base_frequency is intel_pstate's, and
// acpi_cppc/nominal_freq (MHz) is the firmware's word for the same on AMD and Arm servers.
#include "probes/cpu/frequency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probes/read/kernel_text.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

constexpr const char* kCpus = "/sys/devices/system/cpu";
constexpr std::size_t kMostPolicies = 4096;

// No processor runs below 1 MHz or at 100 GHz; such values are firmware's slips.
std::optional<double> hertz(std::optional<std::int64_t> value, double unit) {
  if (!value || *value <= 0) return std::nullopt;
  const double frequency = static_cast<double>(*value) * unit;
  return frequency >= 1e6 && frequency < 1e11 ? std::optional(frequency) : std::nullopt;
}

struct Policy {
  std::string folder;
  std::vector<std::int64_t> cpus;
};

std::vector<Policy> policies(const Host& host) {
  std::vector<Policy> list;
  const std::string top = std::string(kCpus) + "/cpufreq";
  const auto names = host.list_directory(top);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    if (!name.starts_with("policy") || list.size() >= kMostPolicies) continue;
    Policy policy{fmt::format("{}/{}/", top, name), {}};
    for (const char* file : {"affected_cpus", "related_cpus"}) {
      const auto line = read_line(host, policy.folder + file);
      if (!line) continue;
      for (const std::string_view word : kernel_text::words(*line, 4096)) {
        if (const auto cpu = kernel_text::whole_number(word)) policy.cpus.push_back(*cpu);
      }
      if (!policy.cpus.empty()) break;
    }
    if (!policy.cpus.empty()) list.push_back(std::move(policy));
  }
  return list;
}

// Old kernels, and recordings that left out the links.
std::vector<Policy> policies_by_cpu(const Host& host, const std::vector<std::int64_t>& threads) {
  std::vector<Policy> list;
  for (const std::int64_t cpu : threads) {
    if (list.size() >= kMostPolicies) break;
    Policy policy{fmt::format("{}/cpu{}/cpufreq/", kCpus, cpu), {cpu}};
    if (!read_line(host, policy.folder + "cpuinfo_max_freq")) {
      if (list.empty()) break;  // the first has none, and neither will the others
      continue;
    }
    list.push_back(std::move(policy));
  }
  return list;
}

}  // namespace

std::vector<ClockFact> read_clocks(const Host& host, const std::vector<std::int64_t>& threads) {
  std::vector<Policy> found = policies(host);
  if (found.empty()) found = policies_by_cpu(host, threads);
  std::vector<ClockFact> clocks;
  for (const Policy& policy : found) {
    ClockFact clock;
    clock.max_hertz = hertz(read_number(host, policy.folder + "cpuinfo_max_freq"), 1e3);
    clock.base_hertz = hertz(read_number(host, policy.folder + "base_frequency"), 1e3);
    if (!clock.base_hertz) {
      clock.base_hertz = hertz(
          read_number(host, fmt::format("{}/cpu{}/acpi_cppc/nominal_freq", kCpus, policy.cpus[0])),
          1e6);
    }
    if (!clock.max_hertz && !clock.base_hertz) continue;
    for (const std::int64_t cpu : policy.cpus) {
      clock.thread = cpu;
      clocks.push_back(clock);
      if (clocks.size() >= 65536) return clocks;
    }
  }
  return clocks;
}

Known<std::string> read_governor(const Host& host) {
  std::set<std::string> governors;
  std::string source = std::string(kCpus) + "/cpufreq/policy*/scaling_governor";
  const std::string top = std::string(kCpus) + "/cpufreq";
  const auto names = host.list_directory(top);
  std::size_t seen = 0;
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    if (!name.starts_with("policy") || ++seen > kMostPolicies) continue;
    const auto governor = read_line(host, fmt::format("{}/{}/scaling_governor", top, name));
    if (governor && !governor->empty()) governors.insert(*governor);
  }
  if (governors.empty()) {
    source = std::string(kCpus) + "/cpu0/cpufreq/scaling_governor";
    const auto governor = read_line(host, source);
    if (governor && !governor->empty()) governors.insert(*governor);
  }
  if (governors.empty()) {
    return Known<std::string>::unknown(
        Status::unsupported, "the kernel scales no frequency here (usual in virtual machines)",
        top);
  }
  return Known<std::string>::of(fmt::format("{}", fmt::join(governors, ", ")), source);
}

}  // namespace weighin
