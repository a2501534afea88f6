// How are threads spread over cores?
#include "bench/placement.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string>

namespace weighin {
namespace {

constexpr std::size_t kFileBytes = 4096;
constexpr int kMostCpus = 8192;  // CONFIG_NR_CPUS_RANGE_END of Linux on x86

std::optional<double> read_number(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read_file(path, kFileBytes);
  if (!text) return std::nullopt;
  double number = 0.0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc() || !(number > 0.0) || number > 1e12) return std::nullopt;
  return number;
}

}  // namespace

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
  for (int most = 1024; most <= kMostCpus; most *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(most));
    if (set == nullptr) return cpus;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(most));
    CPU_ZERO_S(bytes, set);
    const bool answered = sched_getaffinity(0, bytes, set) == 0;
    for (int cpu = 0; answered && cpu < most; ++cpu) {
      if (CPU_ISSET_S(static_cast<std::size_t>(cpu), bytes, set)) cpus.push_back(cpu);
    }
    CPU_FREE(set);
    if (answered) return cpus;
  }
  return cpus;
}

std::optional<int> first_of_cpu_list(std::string_view text) {
  int first = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), first);
  if (parsed.ec != std::errc() || first < 0 || first >= kMostCpus) return std::nullopt;
  return first;
}

std::vector<CpuPlace> describe_cpus(const Host& host, const std::vector<int>& cpus) {
  std::vector<CpuPlace> places;
  for (const int cpu : cpus) {
    CpuPlace place{cpu, cpu, 0.0};
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu);
    if (const auto siblings =
            host.read_file(folder + "/topology/thread_siblings_list", kFileBytes)) {
      if (const auto first = first_of_cpu_list(*siblings)) place.core = *first;
    }
    // Arm says how strong a core is; elsewhere the frequency tells performance from efficiency
    // cores.
    if (const auto capacity = read_number(host, folder + "/cpu_capacity")) {
      place.strength = *capacity;
    } else if (const auto hertz = read_number(host, folder + "/cpufreq/cpuinfo_max_freq")) {
      place.strength = *hertz;
    }
    places.push_back(place);
  }
  return places;
}

std::vector<int> place_threads(std::vector<CpuPlace> places, std::int64_t threads) {
  // Turbo bins differ by a few per cent between equal cores; kinds of cores differ by more.
  double strongest = 0.0;
  for (const CpuPlace& place : places) strongest = std::max(strongest, place.strength);
  const auto weak = [&](const CpuPlace& place) {
    return place.strength < 0.85 * strongest ? 1 : 0;
  };
  std::stable_sort(places.begin(), places.end(),
                   [&](const CpuPlace& a, const CpuPlace& b) { return weak(a) < weak(b); });
  std::vector<int> first, second;
  std::set<int> cores;
  for (const CpuPlace& place : places) {
    (cores.insert(place.core).second ? first : second).push_back(place.cpu);
  }
  first.insert(first.end(), second.begin(), second.end());
  if (threads < static_cast<std::int64_t>(first.size())) {
    first.resize(static_cast<std::size_t>(std::max<std::int64_t>(threads, 0)));
  }
  return first;
}

}  // namespace weighin
