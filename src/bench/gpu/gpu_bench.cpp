// How fast are this machine's GPUs, each measured in a child process of its own?
#include "bench/gpu/gpu_bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/gpu/gpu_child.hpp"
#include "bench/gpu/gpu_figures.hpp"
#include "vulkan/answer_frame.hpp"
#include "vulkan/driver_faults.hpp"
#include "vulkan/driver_request.hpp"

namespace weighin {
namespace {

// Of the time for the CPU; several GPUs share what one would get, but for the least that tells.
constexpr double kShareOfSeconds = 0.5, kLeastSeconds = 0.3;
// To load the driver, compile some twenty shaders and fill the memory: what is beyond is a hang.
constexpr double kPreparingSeconds = 4.0, kSoftwarePreparingSeconds = 60.0;
// Twice the probe's: staging buffers are host memory, and compilers of shaders take some.
constexpr std::int64_t kChildMemoryBytes = 4 * kGiB;
constexpr Bytes kShareOfMemory = 4;  // as much of the free memory as on the CPU
constexpr Bytes kBytesOfUnknown = 64 * kMiB;
constexpr std::int64_t kChildOutputBytes = 8 << 20;

struct Target {
  std::string place;
  const Gpu* gpu = nullptr;
  const GpuDriver* driver = nullptr;
};

const GpuDriver* driver_of(const Gpu& gpu, const std::vector<GpuDriver>& drivers) {
  for (const std::string& seen : gpu.seen_through) {
    for (const GpuDriver& driver : drivers) {
      if (driver.name == seen) return &driver;
    }
  }
  return nullptr;
}

std::vector<Target> targets(const DeviceProfile& profile, const BenchOptions& options) {
  std::vector<Target> list;
  for (std::size_t i = 0; i < profile.gpus.size(); ++i) {
    const Gpu& gpu = profile.gpus[i];
    if (gpu.software && !options.include_software) continue;
    list.push_back({fmt::format("gpu{}", i), &gpu, driver_of(gpu, options.gpu_drivers)});
  }
  return list;
}

std::vector<Measurement> all_without(const Target& target, const BenchOptions& options,
                                     BenchStatus status, const std::string& why) {
  std::vector<Measurement> list = gpu_figures(target.place, options.only);
  for (Measurement& m : list) {
    m.status = status;
    m.why = why;
  }
  return list;
}

/// The last that was told of each figure, by name.
void take_figures(const Transcript& transcript, const std::string& place,
                  std::vector<Measurement>& list, std::vector<bool>& told) {
  for (const std::string& payload : transcript.measurements) {
    auto figure = read_figure(payload);
    if (!figure) continue;
    figure->place = place;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].name != figure->name) continue;
      list[i] = *figure;
      told[i] = true;
    }
  }
}

/// The figure that the child was at: "measuring decode q4_0" -> "decode q4_0"; empty where it was at none.
std::string figure_of(const std::string& stage) {
  for (const std::string_view verb : {"preparing ", "measuring "}) {
    if (stage.starts_with(verb)) return stage.substr(verb.size());
  }
  return {};
}

std::vector<Measurement> judge(const ChildAnswer& answer, const ChildRequest& request,
                               const std::string& token, const Target& target,
                               const BenchOptions& options) {
  const Transcript transcript = read_transcript(answer.output, token);
  const auto fault = driver_fault(answer, transcript, request.deadline_seconds);
  std::vector<Measurement> list = gpu_figures(target.place, options.only);
  std::vector<bool> told(list.size(), false);
  take_figures(transcript, target.place, list, told);
  const std::string at = figure_of(transcript.stage);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Measurement& m = list[i];
    const bool at_fault = fault && m.name == at;
    if (told[i] && !at_fault) continue;
    m.bytes_per_second.reset();
    m.operations_per_second.reset();
    m.checked = false;
    m.status = fault && !at.empty() && !at_fault ? BenchStatus::skipped : BenchStatus::error;
    m.why = m.status == BenchStatus::skipped ? "not reached: " + *fault
            : fault                          ? "the GPU's driver: " + *fault
                                             : std::string("nothing was told of it");
  }
  return list;
}

std::string words(const Measurement& m) {
  if (m.bytes_per_second) return text_rate(m.bytes_per_second->mid);
  if (!m.operations_per_second) return fmt::format("{}: {}", to_text(m.status), m.why);
  const double rate = m.operations_per_second->mid;
  return rate < 1e9 ? fmt::format("{:.3f} million/s", rate / 1e6)
                    : fmt::format("{:.0f} GOP/s", rate / 1e9);
}

std::vector<Measurement> measure_one(const Target& target, double seconds,
                                     const BenchOptions& options, const Host& host) {
  const Gpu& gpu = *target.gpu;
  if (target.driver == nullptr) {
    return all_without(target, options, BenchStatus::skipped,
                       "no Vulkan driver shows this GPU, and nothing else is measured through");
  }
  if (options.program.empty()) {
    return all_without(target, options, BenchStatus::skipped,
                       "there is no program to measure it in a child process");
  }
  GpuBenchRequest wanted;
  wanted.uuid = gpu.uuid.value_or("");
  wanted.name = gpu.name;
  wanted.software = options.include_software;
  wanted.sizes.small = gpu.software;
  // Where nobody says what is free, little is taken.
  if (!gpu.software) {
    wanted.sizes.most_bytes =
        gpu.vram_free_bytes ? std::max<Bytes>(1, *gpu.vram_free_bytes / kShareOfMemory)
                            : kBytesOfUnknown;
  }
  wanted.order.place = target.place;
  wanted.order.seconds = seconds;
  wanted.order.only = options.only;
  const double preparing = gpu.software ? kSoftwarePreparingSeconds : kPreparingSeconds;
  ChildRequest request = vulkan::driver_request(
      options.program,
      {std::string(kGpuBenchArgument), target.driver->library, request_text(wanted)},
      seconds + preparing, kChildMemoryBytes);
  vulkan::choose_driver(target.driver->manifest, target.driver->layer_switches, request);
  request.output_limit_bytes = kChildOutputBytes;
  const std::string token = new_frame_token();
  request.environment.emplace_back(kFrameToken, token);
  return judge(host.run_child(request), request, token, target, options);
}

}  // namespace

std::vector<Measurement> measure_gpus(const DeviceProfile& profile, const BenchOptions& options,
                                      const Host& host, const Events& events) {
  std::vector<Measurement> all;
  const std::vector<Target> list = targets(profile, options);
  if (gpu_figures("gpu0", options.only).empty()) return all;
  const double seconds = std::max(
      kLeastSeconds,
      kShareOfSeconds * options.seconds / static_cast<double>(std::max<std::size_t>(1, list.size())));
  double done = 0.0;
  for (const Target& target : list) {
    const auto tell = [&](const std::string& what) {
      if (events) events({"bench", what, done / static_cast<double>(list.size())});
    };
    // The child is heard when it has ended.
    tell(fmt::format("{}: {}", target.place, target.gpu->name));
    const auto measured = measure_one(target, seconds, options, host);
    done += 1.0;
    for (const Measurement& m : measured)
      tell(fmt::format("{}, {}: {}", m.name, m.place, words(m)));
    all.insert(all.end(), measured.begin(), measured.end());
  }
  return all;
}

}  // namespace weighin
