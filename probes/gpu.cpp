// Which GPUs are there, what can they do, and what happened to the drivers that could not say?
#include <cstdlib>

#include "probes/gpu/ask_drivers.hpp"
#include "probes/gpu/drm.hpp"
#include "probes/gpu/join_gpus.hpp"
#include "probes/gpu/nvidia_proc.hpp"
#include "probes/gpu/read_answers.hpp"
#include "probes/probe.hpp"

namespace weighin {
namespace {

// For GPUs that share it; what the memory probe makes of it is more than is needed here.
SystemRam system_ram(const Host& host) {
  SystemRam ram;
  const auto text = host.read_file("/proc/meminfo", 65536);
  if (!text) return ram;
  const auto find = [&](const char* key) -> std::optional<Bytes> {
    const std::size_t at = text->find(key);
    if (at == std::string::npos || (at > 0 && (*text)[at - 1] != '\n')) return std::nullopt;
    const long long kib =
        std::strtoll(text->c_str() + at + std::string_view(key).size(), nullptr, 10);
    if (kib <= 0) return std::nullopt;
    return checked_multiply(kib, kKiB);
  };
  ram.total_bytes = find("MemTotal:");
  ram.available_bytes = find("MemAvailable:");
  return ram;
}

void run(const Host& host, const ProbeOptions& options, DeviceProfile& profile) {
  profile.gpus.clear();
  profile.gpu_faults.clear();
  if (!options.gpu) {
    profile.gpu_faults.push_back({"vulkan", Status::skipped, "not asked (--no-gpu)"});
    return;
  }
  DriverAnswers answers;
  const auto document = host.ask("vulkan.json", [&] { return ask_drivers(host, options); });
  if (document) {
    answers = read_answers(*document);
  } else {
    answers.faults.push_back(
        {"vulkan", host.live() ? Status::error : Status::unsupported, document.error().what});
  }
  std::vector<SeenCard> cards = std::move(answers.cards);
  for (const auto& read : {read_nvidia_proc, read_drm}) {
    for (SeenCard& card : read(host)) cards.push_back(std::move(card));
  }
  profile.gpus = join_gpus(answers.gpus, cards, system_ram(host));
  profile.gpu_faults = std::move(answers.faults);
}

}  // namespace

extern const Probe gpu_probe{"gpu", "Which GPUs are there, and what happened to their drivers?",
                             run};

}  // namespace weighin
