// How fast are this machine's GPUs, each measured in a child process of its own?
#include "bench/gpu/gpu_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "bench/clock.hpp"
#include "bench/gpu/gpu_figures.hpp"
#include "bench/gpu/gpu_task.hpp"
#include "bench/work.hpp"
#include "vulkan/driver_request.hpp"
#include "weighin/process.hpp"

namespace weighin {
namespace {

// Of the time for the CPU; several GPUs share what one would get, but for the least that tells.
constexpr double kShareOfSeconds = 0.5, kLeastSeconds = 0.3;
// To load the driver, compile some thirty shaders and fill the memory, for each GPU. Where a driver
// takes longer, the last figures are left out.
constexpr double kPreparingSeconds = 1.5;
constexpr Bytes kShareOfMemory = 4;  // as much of the free memory as on the CPU
constexpr Bytes kBytesOfUnknown = 64 * kMiB;

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

/// The figure that the child was at: "measuring decode q4_0" -> "decode q4_0"; empty where it was
/// at none.
std::string figure_of(const std::string& stage) {
  for (const std::string_view verb : {"preparing ", "measuring "}) {
    if (stage.starts_with(verb)) return stage.substr(verb.size());
  }
  return {};
}

bool has_rate(const Measurement& m) { return m.bytes_per_second || m.operations_per_second; }

/// The figures of one GPU as its child tells them: the last that was told of each name.
class Told {
 public:
  Told(const std::string& place, const std::string& only)
      : list_(gpu_figures(place, only)), told_(list_.size(), false) {}

  /// The figure where the payload is one that is wanted, else null.
  const Measurement* take(std::string_view payload) {
    auto figure = read_figure(payload);
    if (!figure) return nullptr;
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if (list_[i].name != figure->name) continue;
      figure->place = list_[i].place;
      told_[i] = true;
      list_[i] = std::move(*figure);
      return &list_[i];
    }
    return nullptr;
  }

  std::size_t size() const { return list_.size(); }

  /// What was measured stands, whatever came later; the rest says why it is not there.
  std::vector<Measurement> conclude(const GpuOutcome& outcome) && {
    const std::string at = figure_of(outcome.transcript.stage);
    for (std::size_t i = 0; i < list_.size(); ++i) {
      Measurement& m = list_[i];
      const bool at_fault = outcome.fault && m.name == at;
      if (told_[i] && !(at_fault && !has_rate(m))) continue;
      m.status =
          outcome.fault && !at.empty() && !at_fault ? BenchStatus::skipped : BenchStatus::error;
      m.why = m.status == BenchStatus::skipped ? std::string(kNotReached) + *outcome.fault
              : outcome.fault                  ? "the GPU's driver: " + *outcome.fault
                                               : std::string("nothing was told of it");
    }
    return std::move(list_);
  }

 private:
  std::vector<Measurement> list_;
  std::vector<bool> told_;
};

std::string words(const Measurement& m) {
  if (m.bytes_per_second) return text_rate(m.bytes_per_second->mid);
  if (!m.operations_per_second) return fmt::format("{}: {}", to_text(m.status), m.why);
  const double rate = m.operations_per_second->mid;
  return rate < 1e9 ? fmt::format("{:.3f} million/s", rate / 1e6)
                    : fmt::format("{:.0f} GOP/s", rate / 1e9);
}

class GpuBench {
 public:
  GpuBench(const DeviceProfile& profile, const BenchOptions& options, const Host& host,
           const Events& events)
      : options_(options), host_(host), events_(events), targets_(targets(profile, options)) {
    const auto count = static_cast<double>(std::max<std::size_t>(1, targets_.size()));
    seconds_ = std::max(kLeastSeconds, kShareOfSeconds * options.seconds / count);
    end_ = clock_seconds() + (options.gpu_seconds > 0.0
                                  ? options.gpu_seconds
                                  : most_gpu_seconds(options.seconds, targets_.size()));
  }

  GpuFigures run() {
    if (gpu_figures("gpu0", options_.only).empty()) return {};
    for (const Target& target : targets_) {
      tell(target, target.gpu->name, 0.0);
      const auto measured = measure_one(target);
      figures_.list.insert(figures_.list.end(), measured.begin(), measured.end());
      ++done_;
    }
    return std::move(figures_);
  }

 private:
  void tell(const Target& target, const std::string& what, double share) const {
    if (!events_) return;
    events_({"bench", fmt::format("{}: {}", target.place, what),
             (done_ + share) / static_cast<double>(targets_.size())});
  }

  std::vector<Measurement> measure_one(const Target& target) {
    const auto none = [&](const std::string& why) {
      return all_without(target, options_, BenchStatus::skipped, why);
    };
    if (target.driver == nullptr)
      return none("no Vulkan driver shows this GPU, and nothing else is measured through");
    if (options_.program.empty())
      return none("the program weighin, which measures a GPU in a child process, was not found");
    if (hung_.count(target.driver->name) != 0)
      return none("its driver hung while another of its GPUs was measured");
    const double left = end_ - clock_seconds();
    if (!target.gpu->software && left < kLeastSeconds)
      return none("no time was left for it: other GPUs' drivers took too long");
    Told told(target.place, options_.only);
    const GpuOutcome outcome = run_gpu_task(
        host_, task_of(target, left),
        [&, heard = 0.0](FrameKind kind, std::string_view payload) mutable {
          const Measurement* m = kind == FrameKind::measurement ? told.take(payload) : nullptr;
          if (m == nullptr) return;
          heard += 1.0;
          tell(target, fmt::format("{}: {}", m->name, words(*m)),
               std::min(1.0,
                        heard / static_cast<double>(kRounds) / static_cast<double>(told.size())));
        });
    if (outcome.hung) hung_.insert(target.driver->name);
    auto list = std::move(told).conclude(outcome);
    if (outcome.fault) warn(target, *outcome.fault, list);
    return list;
  }

  /// A fault beside figures that stand is said once; where there are none, each says it.
  void warn(const Target& target, const std::string& fault, const std::vector<Measurement>& list) {
    const auto stand = std::count_if(list.begin(), list.end(), has_rate);
    figures_.warnings.push_back(fmt::format(
        "{} ({}) {}; {}", target.place, target.gpu->name, fault,
        stand == 0
            ? "nothing of it was measured"
            : fmt::format("{} of {} figures had been measured by then", stand, list.size())));
  }

  GpuTask task_of(const Target& target, double left_seconds) const {
    const Gpu& gpu = *target.gpu;
    GpuTask task;
    task.program = options_.program;
    task.library = target.driver->library;
    task.relayed = !is_process_ours();
    ChildRequest chosen;
    vulkan::choose_driver(target.driver->manifest, target.driver->layer_switches, chosen);
    task.environment = std::move(chosen.environment);
    GpuBenchRequest& wanted = task.request;
    wanted.uuid = gpu.uuid.value_or("");
    wanted.name = gpu.name;
    wanted.software = options_.include_software;
    wanted.sizes.small = gpu.software;
    // Where nobody says what is free, little is taken.
    if (!gpu.software) {
      wanted.sizes.most_bytes = gpu.vram_free_bytes
                                    ? std::max<Bytes>(1, *gpu.vram_free_bytes / kShareOfMemory)
                                    : kBytesOfUnknown;
      wanted.order.most_seconds = std::min(left_seconds, seconds_ + kPreparingSeconds);
    }
    wanted.order.place = target.place;
    wanted.order.seconds = seconds_;
    wanted.order.only = options_.only;
    return task;
  }

  const BenchOptions& options_;
  const Host& host_;
  const Events& events_;
  std::vector<Target> targets_;
  double seconds_ = 0.0;  // for the windows of each GPU
  double end_ = 0.0;      // of all that are no software
  double done_ = 0.0;
  std::set<std::string> hung_;  // drivers
  GpuFigures figures_;
};

}  // namespace

double most_gpu_seconds(double seconds, std::size_t gpus) {
  if (gpus == 0) return 0.0;
  const auto count = static_cast<double>(gpus);
  return std::max(kShareOfSeconds * seconds, kLeastSeconds * count) + kPreparingSeconds * count;
}

GpuFigures measure_gpus(const DeviceProfile& profile, const BenchOptions& options, const Host& host,
                        const Events& events) {
  return GpuBench(profile, options, host, events).run();
}

}  // namespace weighin
