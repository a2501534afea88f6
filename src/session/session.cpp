// How are catalogue, device and measurements put together for a subcommand?
#include "session/session.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "probes/gpu/driver_manifests.hpp"
#include "session/bench_cache.hpp"
#include "session/calibration.hpp"
#include "session/choose_gpus.hpp"
#include "session/kept_gpus.hpp"
#include "weighin/cancel.hpp"
#include "weighin/process.hpp"

namespace weighin {

namespace {

/// Says how large it is, where that can be told (a pipe has no end to see), and where the limit
/// lies.
Error too_large(const std::string& path, std::string_view text, std::size_t max_bytes) {
  const std::string limit = text_binary(static_cast<Bytes>(max_bytes));
  std::error_code error;
  const auto size = std::filesystem::is_regular_file(path, error)
                        ? std::filesystem::file_size(path, error)
                        : std::uintmax_t{0};
  const std::string_view read = text.substr(0, max_bytes);
  const auto line = std::count(read.begin(), read.end(), '\n') + 1;
  const std::size_t column = read.size() - (read.rfind('\n') + 1) + 1;  // npos + 1 is 0
  return Error{ErrorKind::data,
               size > max_bytes && !error
                   ? fmt::format("{} has {}: larger than {}, the most that is read", path,
                                 text_binary(static_cast<Bytes>(size)), limit)
                   : fmt::format("{} is larger than {}, the most that is read", path, limit),
               fmt::format("{}:{}:{}, where the limit lies", path, line, column),
               "is it the file that was meant?"};
}

}  // namespace

Result<std::string> read_input(const std::string& path, std::size_t max_bytes) {
  std::error_code error;
  const auto missing = [&](const std::string& why) {
    return Error{ErrorKind::no_input, fmt::format("cannot read {}: {}", path, why), "",
                 "check the path and its permissions"};
  };
  if (!std::filesystem::exists(path, error)) return missing("there is no such file");
  if (std::filesystem::is_directory(path, error)) return missing("it is a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) return missing("it cannot be opened");
  std::string text;
  char block[1 << 16];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > max_bytes) return too_large(path, text, max_bytes);
  }
  if (in.bad()) return missing("reading failed");
  return text;
}

Result<Catalogue> load_catalogue(const Options& options, const Invocation& invocation) {
  const std::unique_ptr<Host> host = live_host();
  Result<Catalogue> catalogue = default_catalogue(*host, invocation.program);
  if (!catalogue) return catalogue.error();
  for (const std::string& file : options.catalogues) {
    const Result<Done> laid = lay_over(*catalogue, file);
    if (!laid) return laid.error();
  }
  return catalogue;
}

Result<Done> lay_over(Catalogue& catalogue, const std::string& file) {
  const Result<std::string> text = read_input(file, 64u << 20);
  if (!text) return text.error();
  const Result<Catalogue> more = read_catalogue(*text, file);
  if (!more) return more.error();
  catalogue = overlay(std::move(catalogue), *more);
  return Done{};
}

namespace {

/// Our own program, to be run as a child; "" where a library finds none.
std::string child_program(const Invocation& invocation) {
  const bool there = is_process_ours() || access(invocation.program.c_str(), X_OK) == 0;
  return there ? invocation.program : std::string();
}

Result<DeviceProfile> saved_device(const std::string& text, const std::string& name,
                                   const Options& options) {
  Result<DeviceProfile> profile = read_device_json(text, name);
  if (profile && options.no_gpu) {
    profile->gpus.clear();
    profile->gpu_faults = {{"vulkan", Status::skipped, "left out (--no-gpu)"}};
  }
  return profile;
}

Result<DeviceProfile> found_device(const Options& options, const Invocation& invocation) {
  ProbeOptions probe_options;
  probe_options.gpu = !options.no_gpu;
  probe_options.driver_deadline_seconds = options.driver_deadline_seconds;
  probe_options.models_dir = options.models_dir;
  probe_options.program = child_program(invocation);
  if (options.device.empty() && options.device_text.empty()) {
    std::unique_ptr<Host> host = live_host();
    if (options.keep_gpus && !cache_of(options).empty())
      host = host_with_kept_gpus(std::move(host), cache_of(options));
    return probe(*host, probe_options);
  }
  if (options.device.empty()) return saved_device(options.device_text, "device", options);
  std::error_code error;
  if (std::filesystem::is_directory(options.device, error)) {
    const Result<std::unique_ptr<Host>> host = recorded_host(options.device);
    if (!host) return host.error();
    return probe(**host, probe_options);
  }
  const Result<std::string> text = read_input(options.device, 16u << 20);
  if (!text) return text.error();
  return saved_device(*text, options.device, options);
}

std::filesystem::path existing(std::filesystem::path path) {
  std::error_code error;
  while (!path.empty() && !std::filesystem::is_directory(path, error)) {
    if (path == path.parent_path()) return {};
    path = path.parent_path();
  }
  return path;
}

/// Our own cache's folder, or the nearest above it that is there, if it lies on the storage where
/// models would be kept; else "".
std::string storage_folder(const DeviceProfile& profile, const std::string& cache) {
  if (profile.storage.empty() || cache.empty()) return {};
  std::string models = profile.storage.front().path;
  if (models.starts_with("~")) {
    const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): no thread yet
    models = std::string(home == nullptr ? "" : home) + models.substr(1);
  }
  const std::filesystem::path ours = existing(cache), theirs = existing(models);
  struct stat a {
  }, b{};
  if (ours.empty() || theirs.empty() || stat(ours.c_str(), &a) != 0 ||
      stat(theirs.c_str(), &b) != 0 || a.st_dev != b.st_dev)
    return {};
  return ours.string();
}

/// The drivers by which this machine's GPUs may be measured.
std::vector<GpuDriver> gpu_drivers() {
  std::vector<GpuDriver> list;
  const DriverSearch search = find_drivers(*live_host());
  for (const DriverManifest& manifest : search.manifests) {
    if (manifest.skipped || !manifest.fault.empty()) continue;
    list.push_back(
        {file_name(manifest.path), manifest.path, manifest.library, search.layer_switches});
  }
  return list;
}

}  // namespace

Result<DeviceProfile> load_device(const Options& options, const Invocation& invocation) {
  Result<DeviceProfile> profile = found_device(options, invocation);
  if (!profile || options.no_gpu) return profile;
  const Result<Done> chosen = choose_gpus(*profile, options.gpus);
  if (!chosen) return chosen.error();
  return profile;
}

std::string cache_of(const Options& options) { return options.cache.value_or(cache_folder()); }

Measurements measure(const DeviceProfile& profile, const Options& options,
                     const Invocation& invocation) {
  if (options.no_bench) return {};
  BenchOptions bench_options;
  bench_options.seconds = options.bench_seconds;
  bench_options.gpu_seconds = options.gpu_seconds;
  bench_options.only = options.bench_only;
  bench_options.isa = options.isa;
  bench_options.include_software = options.include_software;
  const bool live = profile.live;
  const std::string folder = live ? cache_of(options) : std::string();
  const std::string fingerprint = bench_fingerprint(profile, bench_options);
  if (live) bench_options.storage_folder = storage_folder(profile, folder);
  if (live && !options.no_gpu) {
    bench_options.gpu_drivers = gpu_drivers();
    bench_options.program = child_program(invocation);
  }
  std::vector<Calibration> calibrations;
  if (live) calibrations = kept_calibrations(folder, device_fingerprint(profile));
  if (!options.fresh) {
    if (auto kept = kept_measurements(folder, fingerprint)) {
      kept->calibrations = std::move(calibrations);
      return std::move(*kept);
    }
  }
  Measurements measurements =
      bench(profile, bench_options, options.quiet || options.json ? Events{} : options.events);
  tell(options, "bench", "");            // no more progress
  if (cancelled()) return measurements;  // of which nobody wants to know, now or later
  if (live) heed_levels(folder, fingerprint, measurements);
  if (live) keep_measurements(folder, fingerprint, profile, measurements);
  measurements.calibrations = std::move(calibrations);
  return measurements;
}

void warn_of_drivers(const DeviceProfile& profile, Measurements& measurements) {
  std::string not_asked;
  for (const GpuFault& fault : profile.gpu_faults) {
    if (fault.status == Status::error) {
      measurements.warnings.push_back(
          fmt::format("the GPU driver {} {}: no GPU of it was measured", fault.driver, fault.why));
    } else if (fault.status == Status::skipped && fault.why.starts_with("not asked")) {
      not_asked = fault.why;
    }
  }
  if (!not_asked.empty()) measurements.warnings.push_back("no GPU was measured; " + not_asked);
}

bool measured_given(const Options& options) {
  return !options.measured_text.empty() || !options.measured_file.empty();
}

Result<Measurements> read_measured(const Options& options) {
  if (!options.measured_text.empty()) return read_bench_json(options.measured_text, "measured");
  const Result<std::string> text = read_input(options.measured_file, 1u << 20);
  if (!text) return text.error();
  return read_bench_json(*text, options.measured_file);
}

Result<Report> make_report(const Options& options, const Invocation& invocation,
                           const Catalogue& catalogue, const std::vector<ModelSpec>& models) {
  const std::unique_ptr<Host> clock = live_host();
  const double start = clock->now_seconds();
  Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return profile.error();
  Report report;
  report.profile = std::move(*profile);
  report.asked = !options.models.empty();
  report.options = advise_options(options);
  if (!measured_given(options)) {
    report.measurements = measure(report.profile, options, invocation);
  } else {
    Result<Measurements> read = read_measured(options);
    if (!read) return read.error();
    report.measurements = std::move(*read);
  }
  if (report.asked) {
    for (const ModelSpec& model : models) {
      report.advice.verdicts.push_back(
          judge(report.profile, model, catalogue, report.options, report.measurements));
    }
  } else {
    report.advice = advise(report.profile, models, report.options, report.measurements);
  }
  // The screen shows them itself; a JSON reader sees them in the document, its user on stderr.
  if (options.json && !options.quiet) {
    for (const std::string& warning : report.measurements.warnings)
      tell(options, "warning", warning);
  }
  report.elapsed_seconds = clock->now_seconds() - start;
  return report;
}

void tell(const Options& options, const char* what, const std::string& text) {
  if (options.events) options.events({what, text, 1.0});
}

int worst_exit_code(const std::vector<Verdict>& verdicts, const Demands& demands) {
  bool undecided = false;
  for (const Verdict& verdict : verdicts) {
    const int code = exit_code(verdict, demands);
    if (code == 1) return 1;
    undecided = undecided || code == 2;
  }
  return undecided ? 2 : 0;
}

AdviseOptions advise_options(const Options& options) {
  AdviseOptions advise;
  advise.plan = options.plan;
  advise.format_given = options.format_given;
  advise.runtime_given = options.runtime_given;
  advise.gpu_layers_given = options.gpu_layers_given;
  advise.demands = options.demands;
  advise.use = options.use;
  advise.gpu = !options.no_gpu;
  return advise;
}

}  // namespace weighin
