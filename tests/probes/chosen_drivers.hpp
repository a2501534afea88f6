// How does a test ask the Vulkan drivers that it chooses, with all the rest real?
#pragma once

#include <dlfcn.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "probes/probe.hpp"
#include "support/support.hpp"

namespace weighin {
extern const Probe gpu_probe;
}

namespace weighin::test {

inline constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

inline const std::string kLavapipe = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
inline bool has_lavapipe() { return std::filesystem::exists(kLavapipe); }
inline bool has_loader() {
  static const bool there = ::dlopen("libvulkan.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr;
  return there;
}

// The real machine's children and files, with the drivers that the test chooses.
class ChosenDrivers final : public Host {
 public:
  explicit ChosenDrivers(std::string files) : files_(std::move(files)) {}
  bool live() const override { return true; }
  std::string name() const override { return "this machine"; }
  Result<std::string> read_file(std::string_view path, std::size_t most) const override {
    return live_->read_file(path, most);
  }
  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    return live_->list_directory(path);
  }
  Result<std::string> read_link(std::string_view path) const override {
    return live_->read_link(path);
  }
  std::optional<std::string> environment(std::string_view name) const override {
    if (name == "VK_DRIVER_FILES") return files_;
    return live_->environment(name);
  }
  std::optional<CpuidRegisters> cpuid(std::uint32_t, std::uint32_t) const override { return {}; }
  std::optional<std::uint64_t> xcr0() const override { return {}; }
  Result<std::string> ask(std::string_view, const Producer& produce) const override {
    auto answer = produce();
    if (answer) answered = *answer;
    return answer;
  }
  double now_seconds() const override { return live_->now_seconds(); }
  ChildAnswer run_child(const ChildRequest& request) const override {
    return live_->run_child(request);
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& all) const override {
    children = all.size();
    return live_->run_children(all);
  }
  std::string root() const override { return {}; }

  mutable std::string answered;
  mutable std::size_t children = 0;

 private:
  std::string files_;
  std::unique_ptr<Host> live_ = live_host();
};

struct Outcome {
  DeviceProfile profile;
  std::string document;  ///< the weighin-gpu-answer/1
  double seconds = 0.0;
  std::size_t children = 0;

  std::string fault(const std::string& driver) const {
    for (const GpuFault& fault : profile.gpu_faults) {
      if (fault.driver == driver) return fault.why;
    }
    return "no fault of " + driver;
  }
};

/// Runs the GPU probe with the manifests in `files`, a list as VK_DRIVER_FILES has it.
inline Outcome ask_gpus(const std::string& files, double deadline = 3.0) {
  const ChosenDrivers host(files);
  ProbeOptions options;
  options.program = WEIGHIN_PROGRAM;
  options.driver_deadline_seconds = deadline;
  Outcome outcome;
  const auto begin = std::chrono::steady_clock::now();
  gpu_probe.run(host, options, outcome.profile);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outcome.document = host.answered;
  outcome.children = host.children;
  return outcome;
}

/// True where a child of this process is left, alive or dead.
inline bool child_left() { return ::waitpid(-1, nullptr, WNOHANG) != -1; }

inline std::string manifest_of(const std::string& library) {
  return R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0", "library_path": ")" +
         library + "\"}}";
}

}  // namespace weighin::test
