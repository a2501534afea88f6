// How are measurements kept from one run to the next?
#include "cli/bench_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "cli/session.hpp"

namespace weighin {
namespace {

// A week: firmware, microcode and kernels change speeds without changing any name we see.
constexpr std::chrono::hours kLongest{24 * 7};

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): a name for a file, not a secret.
std::uint64_t fnv1a(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

std::filesystem::path file_of(const std::string& folder, const std::string& fingerprint) {
  return std::filesystem::path(folder) / ("bench-" + fingerprint + ".json");
}

}  // namespace

std::string bench_fingerprint(const DeviceProfile& profile, const BenchOptions& options) {
  const Cpu& cpu = profile.cpu;
  std::string facts = fmt::format("{}|{}|{}|{}|{}|", version(), cpu.model.value_or("?"),
                                  cpu.physical_cores.value_or(-1), cpu.usable_threads.value_or(-1),
                                  cpu.governor.value_or("?"));
  for (const std::string& id : cpu.simd.value_or({})) facts += id + ",";
  // Free memory changes by the second; what the machine and its limits allow at most does not.
  facts += fmt::format("|{}|{}|{}|{}", profile.memory.total_bytes.value_or(-1),
                       profile.memory.capacity_bytes.value_or(-1),
                       profile.limits.cpu_quota_cores.value_or(-1.0),
                       profile.limits.affinity_cpus.value_or(-1));
  facts += fmt::format("|{}|{}|{}|{}", profile.system.kernel.value_or("?"), options.seconds,
                       options.only, options.isa);
  return fmt::format("{:016x}", fnv1a(facts));
}

std::string cache_folder() {
  // NOLINTBEGIN(concurrency-mt-unsafe): read before any thread starts
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/weighin";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/weighin";
  // NOLINTEND(concurrency-mt-unsafe)
  return {};
}

std::optional<Measurements> kept_measurements(const std::string& folder,
                                              const std::string& fingerprint) {
  if (folder.empty()) return std::nullopt;
  const std::filesystem::path file = file_of(folder, fingerprint);
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return std::nullopt;
  const auto age = std::filesystem::file_time_type::clock::now() - written;
  if (age > kLongest || age < -kLongest) return std::nullopt;
  const Result<std::string> text = read_input(file.string(), 1u << 20);
  if (!text) return std::nullopt;
  Result<Measurements> read = read_bench_json(*text, file.string());
  if (!read) return std::nullopt;
  return std::move(*read);
}

void keep_measurements(const std::string& folder, const std::string& fingerprint,
                       const DeviceProfile& profile, const Measurements& measurements) {
  if (folder.empty() || measurements.list.empty()) return;
  if (profile.power.on_battery.value_or(false) || !measurements.lasting) return;
  const bool sound =
      std::all_of(measurements.list.begin(), measurements.list.end(),
                  [](const Measurement& each) { return each.status == BenchStatus::ok; });
  if (!sound) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return;
  // A cache is a convenience: where it cannot be written, the next run measures again.
  static_cast<void>(write_file(file_of(folder, fingerprint).string(), bench_json(measurements)));
}

}  // namespace weighin
