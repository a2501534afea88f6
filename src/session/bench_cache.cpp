// How are measurements kept from one run to the next?
#include "session/bench_cache.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "bench/levels.hpp"
#include "bench/statistics.hpp"
#include "session/kept_file.hpp"

namespace weighin {
namespace {

// A week: firmware, microcode and kernels change speeds without changing any name we see.
constexpr double kLongestSeconds = 7.0 * 24.0 * 3600.0;
// As long as an installer asks several times in a row; neighbours and heat come and go.
constexpr double kBriefSeconds = 300.0;

std::string file_of(const std::string& fingerprint) { return "bench-" + fingerprint + ".json"; }

std::string brief_file_of(const std::string& fingerprint, const DeviceProfile& profile) {
  const bool battery = profile.power.on_battery.value_or(false);
  return "brief-" + fingerprint + (battery ? "-battery.json" : ".json");
}

std::optional<Measurements> read_measurements(const std::string& folder, const std::string& file,
                                              double longest_seconds) {
  const auto text = read_kept(folder, file, longest_seconds, 1u << 20);
  if (!text) return std::nullopt;
  Result<Measurements> read = read_bench_json(*text, file);
  if (!read) return std::nullopt;
  return std::move(*read);
}

bool is_not_reached(const Measurement& each) {
  return each.status == BenchStatus::skipped && each.why.starts_with(kNotReached);
}

std::string device_facts(const DeviceProfile& profile) {
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
  return facts + "|" + profile.system.kernel.value_or("?");
}

bool narrow(const Measurement& each) {
  const auto& rate = each.bytes_per_second ? each.bytes_per_second : each.operations_per_second;
  return rate && rate->high - rate->low <= kDisagreement * rate->mid;
}

}  // namespace

std::string bench_fingerprint(const DeviceProfile& profile, const BenchOptions& options) {
  std::string facts = device_facts(profile);
  facts += fmt::format("|{}|{}|{}|{}", options.seconds, options.only, options.isa,
                       options.include_software);
  // A new GPU or driver is another device, and so is another limit on memory.
  for (const Gpu& gpu : profile.gpus)
    facts += fmt::format("|{}|{}|{}|{}", gpu.name, gpu.driver.value_or("?"), gpu.uuid.value_or("?"),
                         gpu.vram_bytes.value_or(-1));
  for (const MemoryLimit& limit : profile.limits.memory)
    facts += fmt::format("|{}={}", limit.kind, limit.limit_bytes);
  return kept_name(facts);
}

std::string device_fingerprint(const DeviceProfile& profile) {
  return kept_name(device_facts(profile));
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
  return read_measurements(folder, file_of(fingerprint), kLongestSeconds);
}

std::optional<Measurements> brief_measurements(const std::string& folder,
                                               const std::string& fingerprint,
                                               const DeviceProfile& profile) {
  return read_measurements(folder, brief_file_of(fingerprint, profile), kBriefSeconds);
}

void keep_measurements(const std::string& folder, const std::string& fingerprint,
                       const DeviceProfile& profile, const Measurements& measurements) {
  if (folder.empty() || measurements.list.empty()) return;
  bool whole = true, stable = true, faulty = false;
  for (const Measurement& each : measurements.list) {
    const bool rate = each.status == BenchStatus::ok || each.status == BenchStatus::unstable;
    // Where models lie on no storage that could be read (memory, the network), none ever will; what
    // a GPU cannot do it will not be able to do the next time either.
    const bool gpu = each.place.starts_with("gpu");
    whole = whole && (rate || gpu || (each.status == BenchStatus::skipped && each.place != "cpu"));
    // A driver that crashed or hung is asked again before long, and not with each of an installer's
    // questions.
    faulty = faulty || (gpu && (each.status == BenchStatus::error || is_not_reached(each)));
    // Where all that was seen lies within a tenth, the range is the capability.
    stable = stable && (each.status != BenchStatus::unstable || narrow(each));
  }
  if (!whole) return;
  const bool sound =
      stable && !faulty && measurements.lasting && !profile.power.on_battery.value_or(false);
  // A cache is a convenience: where it cannot be written, the next run measures again.
  write_kept(folder, sound ? file_of(fingerprint) : brief_file_of(fingerprint, profile),
             bench_json(measurements));
}

void heed_levels(const std::string& folder, const std::string& fingerprint,
                 Measurements& measurements) {
  if (folder.empty() || !measurements.lasting) return;
  const std::string name = "runs-" + fingerprint + ".json";
  Measurements earlier;
  if (const auto text = read_kept(folder, name, kLongestSeconds, 1u << 20)) {
    if (Result<Measurements> read = read_bench_json(*text, name)) earlier = std::move(*read);
  }
  // What a busy machine gave is no level of its own.
  const Measurements levels =
      measurements.contended ? earlier : remember_levels(measurements, earlier);
  if (levels.list.empty()) return;
  if (!measurements.contended) write_kept(folder, name, bench_json(levels));
  widen_by_levels(measurements, levels);
}

}  // namespace weighin
