// When may the drivers' last answers be taken for new ones?
#include "session/kept_gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "session/kept_file.hpp"
#include "probes/gpu/driver_manifests.hpp"
#include "probes/gpu/read_answers.hpp"
#include "weighin/core.hpp"

namespace weighin {
namespace {

constexpr double kSoftwareSeconds = 24.0 * 3600.0;
constexpr double kHardwareSeconds = 300.0;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

std::string times_of(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  if (error) return "-";
  const auto size = std::filesystem::file_size(path, error);
  return fmt::format("{}:{}", time.time_since_epoch().count(), error ? 0 : size);
}

bool failed(const DriverAnswers& answers) {
  return std::any_of(answers.faults.begin(), answers.faults.end(),
                     [](const GpuFault& fault) { return fault.status == Status::error; });
}

bool hardware(const DriverAnswers& answers) {
  return !answers.cards.empty() ||
         std::any_of(answers.gpus.begin(), answers.gpus.end(),
                     [](const auto& each) { return !each.gpu.software && each.gpu.type != "cpu"; });
}

class KeepingHost : public Host {
 public:
  KeepingHost(std::unique_ptr<Host> inner, std::string folder)
      : inner_(std::move(inner)), folder_(std::move(folder)) {}

  bool live() const override { return inner_->live(); }
  std::string name() const override { return inner_->name(); }
  Result<std::string> read_file(std::string_view path, std::size_t max_bytes) const override {
    return inner_->read_file(path, max_bytes);
  }
  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    return inner_->list_directory(path);
  }
  Result<std::string> read_link(std::string_view path) const override {
    return inner_->read_link(path);
  }
  std::optional<std::string> environment(std::string_view variable) const override {
    return inner_->environment(variable);
  }
  std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const override {
    return inner_->cpuid(leaf, subleaf);
  }
  std::optional<std::uint64_t> xcr0() const override { return inner_->xcr0(); }
  double now_seconds() const override { return inner_->now_seconds(); }
  ChildAnswer run_child(const ChildRequest& request) const override {
    return inner_->run_child(request);
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const override {
    return inner_->run_children(requests);
  }
  std::string root() const override { return inner_->root(); }

  Result<std::string> ask(std::string_view question, const Producer& live) const override {
    if (question != "vulkan.json" || !inner_->live()) return inner_->ask(question, live);
    const std::string file = "gpus-" + kept_name(gpu_facts_of(*inner_)) + ".json";
    for (const double longest : {kHardwareSeconds, kSoftwareSeconds}) {
      auto kept = read_kept(folder_, file, longest, kMostBytes);
      if (!kept) continue;
      const DriverAnswers answers = read_answers(*kept);
      // What cannot be read is a fault; a card that may have filled up since is asked again.
      if (failed(answers) || (hardware(answers) && longest > kHardwareSeconds)) break;
      return std::move(*kept);
    }
    Result<std::string> fresh = inner_->ask(question, live);
    if (fresh && !failed(read_answers(*fresh))) write_kept(folder_, file, *fresh);
    return fresh;
  }

 private:
  std::unique_ptr<Host> inner_;
  std::string folder_;
};

}  // namespace

std::string gpu_facts_of(const Host& host) {
  std::string facts = version();
  const auto file = [&](const char* path) {
    const auto text = host.read_file(path, 65536);
    facts += "|" + (text ? *text : std::string("-"));
  };
  file("/proc/sys/kernel/osrelease");
  file("/proc/driver/nvidia/version");
  file("/sys/module/amdgpu/version");
  const DriverSearch search = find_drivers(host);
  for (const DriverManifest& manifest : search.manifests) {
    facts += fmt::format("|{}={}|{}={}", manifest.path, times_of(manifest.path), manifest.library,
                         manifest.library.starts_with('/') ? times_of(manifest.library) : "-");
  }
  // Where a library is named without its folder, the linker's cache changes with what is installed.
  facts += "|" + times_of("/etc/ld.so.cache");
  for (const char* bus : {"/sys/class/drm", "/proc/driver/nvidia/gpus"}) {
    const auto names = host.list_directory(bus);
    if (!names) continue;
    for (const std::string& name : *names) {
      facts += "|" + name;
      if (name.find('-') != std::string::npos || !name.starts_with("card")) continue;
      for (const char* id : {"vendor", "device", "subsystem_device"}) {
        const auto text = host.read_file(fmt::format("{}/{}/device/{}", bus, name, id), 64);
        facts += text ? *text : "-";
      }
    }
  }
  for (const char* variable :
       {"VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES", "XDG_DATA_DIRS",
        "XDG_CONFIG_DIRS", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "MESA_VK_DEVICE_SELECT"}) {
    facts += fmt::format("|{}", host.environment(variable).value_or("-"));
  }
  return facts;
}

std::unique_ptr<Host> host_with_kept_gpus(std::unique_ptr<Host> inner, std::string folder) {
  return std::make_unique<KeepingHost>(std::move(inner), std::move(folder));
}

}  // namespace weighin
