// What is measured, in which order, and what is made of it?
//
// Three rounds over all kernels, so that the windows of one figure lie far apart: a machine that
// changes its speed from one second to the next is then seen, and not averaged away.
#include "weighin/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

#include "bench/clock.hpp"
#include "bench/conditions.hpp"
#include "bench/flush.hpp"
#include "bench/gpu/gpu_bench.hpp"
#include "bench/isa.hpp"
#include "bench/placement.hpp"
#include "bench/runner.hpp"
#include "bench/statistics.hpp"
#include "bench/storage_read.hpp"
#include "bench/threads.hpp"
#include "bench/work.hpp"
#include "kernels/kernel_table.hpp"
#include "weighin/cancel.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using kernels::KernelKind;

constexpr double kWarmUpShare = 0.04, kMostWarmUpSeconds = 0.1;
constexpr double kLeastWindowSeconds = 0.004, kMostWindowSeconds = 0.25;
constexpr double kStorageShare = 0.03;            // of the budget, to write what will be read
constexpr double kLeastSecondsWithStorage = 1.0;  // a slow card takes long for a few blocks
constexpr double kAmpleSeconds = 4.0;             // a budget that lets the rarer kernels run too
constexpr double kBusyShare = 0.8;                // below this somebody else is using the machine
constexpr std::int64_t kColumns = 4096, kFewColumns = 1024;
constexpr Bytes kRoomForColumns = 128 * kMiB;
constexpr const char* kCancelled = "cancelled before it was measured";
constexpr Bytes kUsableShare = 4;  // as much of the memory as region.cpp takes at most

/// What every run measures: the figures that most models' speeds rest on. A long run, or one that
/// names them, measures the rest.
constexpr std::array<std::string_view, 18> kCommon{
    "memory read",  "decode f16",   "decode q8_0",  "decode q4_0",   "decode q4_k",
    "decode q5_k",  "decode q6_k",  "prefill f16",  "prefill q8_0",  "prefill q4_0",
    "prefill q4_k", "prefill q5_k", "prefill q6_k", "attention f16", "attention prefill f16",
    "barrier",      "block dense",  "storage read"};

bool is_wanted(std::string_view name, const BenchOptions& options) {
  if (!options.only.empty()) return name.find(options.only) != std::string_view::npos;
  return options.seconds >= kAmpleSeconds ||
         std::find(kCommon.begin(), kCommon.end(), name) != kCommon.end();
}

/// Whether there is time for one thread's figures beside those of all.
bool is_ample(const BenchOptions& options) {
  return options.seconds >= kAmpleSeconds || !options.only.empty();
}

/// Memory first, then decode, then prefill; within these by name.
std::vector<const Kernel*> wanted_kernels(std::string_view isa, const BenchOptions& options) {
  std::vector<const Kernel*> list;
  for (const Kernel* kernel : kernels::kernel_table()) {
    if (kernel->isa == isa && kernel->kind != KernelKind::cache_read &&
        is_wanted(kernel->name, options))
      list.push_back(kernel);
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Kernel* a, const Kernel* b) { return a->kind < b->kind; });
  return list;
}

/// What the caller names is wanted always; of the common ones the one of experts is rare.
std::vector<BlockShape> wanted_blocks(const BenchOptions& options) {
  std::vector<BlockShape> list;
  const bool own = !options.blocks.empty();
  for (const BlockShape& shape : own ? options.blocks : common_blocks()) {
    const std::string name = "block " + shape.name;
    if (is_wanted(name, options) || (own && options.only.empty())) list.push_back(shape);
  }
  return list;
}

/// The whole list, without a figure, and why.
Measurements without_figures(const BenchOptions& options, BenchStatus status,
                             const std::string& why) {
  Measurements measurements;
  std::vector<Measurement> labels;
  for (const Kernel* kernel : wanted_kernels("base", options))
    labels.push_back(kernel_label(*kernel, ""));
  if (is_wanted("barrier", options)) labels.emplace_back().name = "barrier";
  for (const BlockShape& shape : wanted_blocks(options)) {
    labels.emplace_back().name = "block " + shape.name;
    labels.back().format = shape.format;
  }
  for (Measurement& measurement : labels) {
    measurement.status = status;
    measurement.why = why;
    measurements.list.push_back(measurement);
  }
  return measurements;
}

struct Planned {
  Work work;
  std::vector<Entry> entries;
};

std::string rate_text(const Measurement& m) {
  if (m.bytes_per_second) return text_rate(m.bytes_per_second->mid);
  const double rate = m.operations_per_second ? m.operations_per_second->mid : 0.0;
  return rate < 1e9 ? fmt::format("{:.2f} million/s", rate / 1e6)
                    : fmt::format("{:.0f} GOP/s", rate / 1e9);
}

/// Shares what is left of the budget among what is left to do.
class Budget {
 public:
  Budget(double seconds, std::int64_t windows, std::int64_t fills)
      : end_(clock_seconds() + seconds), windows_(windows), fills_(fills) {}
  double left() const { return end_ - clock_seconds(); }
  void filled(double seconds) {
    fill_seconds_ += seconds;
    ++fills_done_;
    --fills_;
  }
  double next_window(std::int64_t weight) {
    const double each_fill =
        fills_done_ > 0 ? fill_seconds_ / static_cast<double>(fills_done_) : 0.0;
    const double share = static_cast<double>(weight) *
                         (left() - each_fill * static_cast<double>(fills_)) /
                         static_cast<double>(std::max<std::int64_t>(windows_, weight));
    windows_ -= weight;
    return std::clamp(share, kLeastWindowSeconds, kMostWindowSeconds);
  }

 private:
  double end_, fill_seconds_ = 0.0;
  std::int64_t windows_, fills_, fills_done_ = 0;
};

void warm_up(const Work& work, std::int64_t threads, double most_seconds) {
  const double end = clock_seconds() + most_seconds;
  double before = 0.0;
  while (clock_seconds() < end && !cancelled()) {
    const double now = work.run(threads, 0.01).window.per_second;
    if (before > 0.0 && now < 1.03 * before && now > 0.97 * before) return;
    before = now;
  }
}

Measurements measure(const DeviceProfile& profile, const BenchOptions& options,
                     const std::string& isa, const Host& host, const Events& events) {
  const double start = clock_seconds();
  const Conditions before = look_at_conditions(host);
  DataSize size = choose_data_size(profile, options.max_memory_bytes, can_flush());
  if (size.bytes == 0) return without_figures(options, BenchStatus::skipped, size.why);
  Region region(size.bytes, kLeastDataBytes);
  if (region.bytes() == 0) {
    return without_figures(options, BenchStatus::skipped, "the system gave no memory for the data");
  }
  if (region.bytes() < size.bytes && !can_flush()) {
    size.beyond_caches = false;
    size.why = "the system gave only " + text_binary(region.bytes()) + " for the data";
  }

  std::vector<int> cpus = allowed_cpus();
  if (cpus.empty()) cpus.push_back(-1);
  const std::int64_t usable =
      profile.cpu.usable_threads.value_or(static_cast<std::int64_t>(cpus.size()));
  Pool pool(place_threads(describe_cpus(host, cpus), std::max<std::int64_t>(usable, 1)));
  if (pool.size() == 0)
    return without_figures(options, BenchStatus::error, "no thread could be started");
  Runner runner(pool, region, can_flush());

  Measurements measurements;
  std::vector<Planned> plan;
  std::int64_t windows = 0, shares = 0;
  const std::int64_t columns =
      profile.memory.usable_bytes.value_or(kGiB) < kRoomForColumns ? kFewColumns : kColumns;
  const auto add = [&](Work work) {
    if (!work.run) {
      work.label.status = BenchStatus::skipped;
      measurements.list.push_back(std::move(work.label));
      return;
    }
    Planned planned{std::move(work), {}};
    for (const std::int64_t threads : planned.work.threads)
      planned.entries.push_back({.threads = threads, .windows = {}});
    windows += static_cast<std::int64_t>(planned.entries.size()) * kRounds;
    shares += planned.work.weight * static_cast<std::int64_t>(planned.entries.size()) * kRounds;
    plan.push_back(std::move(planned));
  };
  for (const Kernel* kernel : wanted_kernels(isa, options)) {
    add(kernel_work(runner, *kernel, columns, pool.size(), size, is_ample(options)));
  }
  Bytes below_bytes = 0;
  for (const CacheLevel& level : cache_levels(profile.cpu, pool.size())) {
    for (const Kernel* kernel : kernels::kernel_table()) {
      if (kernel->isa == isa &&
          (kernel->kind == KernelKind::cache_read || kernel->kind == KernelKind::memory_copy) &&
          is_wanted(cache_name(*kernel, level), options))
        add(cache_work(runner, *kernel, level, below_bytes, pool.size()));
    }
    below_bytes = level.bytes;
  }
  if (is_wanted("barrier", options)) add(barrier_work(pool));
  const Bytes most = profile.memory.usable_bytes.value_or(0) / kUsableShare;
  for (const BlockShape& shape : wanted_blocks(options)) {
    add(block_work(pool, region, shape, isa, most, size, is_ample(options)));
  }
  if (!options.storage_folder.empty() && options.seconds >= kLeastSecondsWithStorage &&
      is_wanted("storage read", options))
    add(storage_work(options.storage_folder, kStorageShare * options.seconds));
  if (plan.empty()) return measurements;

  Budget budget(options.seconds - (clock_seconds() - start), shares,
                static_cast<std::int64_t>(plan.size()) * kRounds);
  double done = 0.0;
  for (int round = 0; round < kRounds; ++round) {
    for (Planned& planned : plan) {
      if (cancelled()) return without_figures(options, BenchStatus::skipped, kCancelled);
      // Where the budget is spent, a figure of one round is better than none.
      if (round > 0 && budget.left() <= 0.0) break;
      const double fill_start = clock_seconds();
      if (planned.work.fill) planned.work.fill();
      budget.filled(clock_seconds() - fill_start);
      if (done == 0.0 && planned.work.label.place == "cpu") {
        warm_up(planned.work, pool.size(),
                std::min(kMostWarmUpSeconds, kWarmUpShare * options.seconds));
      }
      for (Entry& entry : planned.entries) {
        if (cancelled()) return without_figures(options, BenchStatus::skipped, kCancelled);
        Runner::Outcome outcome =
            planned.work.run(entry.threads, budget.next_window(planned.work.weight));
        entry.checked = entry.checked && outcome.checked;
        entry.windows.push_back(std::move(outcome.window));
        done += 1.0;
        if (events) {
          const Measurement m = conclude(planned.work, entry);
          events({"bench",
                  fmt::format("{}, {} thread{}: {}", m.name, m.threads, m.threads == 1 ? "" : "s",
                              rate_text(m)),
                  done / static_cast<double>(windows)});
        }
      }
    }
  }
  if (events && done < static_cast<double>(windows)) events({"bench", "no time is left", 1.0});
  std::vector<double> shares_now;
  for (const Planned& planned : plan) {
    for (const Entry& entry : planned.entries) {
      measurements.list.push_back(conclude(planned.work, entry));
      const Measurement& made = measurements.list.back();
      if (entry.threads == pool.size() && made.place == "cpu") shares_now.push_back(made.share_now);
    }
  }
  const Conditions after = look_at_conditions(host);
  measurements.warnings = warnings_between(profile, before, after);
  measurements.lasting = !profile.power.on_battery.value_or(false) &&
                         after.throttled.value_or(0.0) <= before.throttled.value_or(0.0);
  measurements.threads = advise_threads(measurements.list, pool.size());
  const bool shared = median(shares_now) < kBusyShare;
  measurements.contended = shared || contention_between(before, after).flagged;
  if (shared) {
    measurements.warnings.push_back(fmt::format(
        "the processor is shared: on average a thread got {:.0f} % of what the hardware can do",
        100.0 * median(shares_now)));
  }
  if (pool.pinned() < pool.size())
    measurements.warnings.push_back("threads could not be kept on their cores");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  measurements.warnings.push_back("built with a sanitizer: figures are many times too low");
#endif
  return measurements;
}

}  // namespace

const char* to_text(BenchStatus status) {
  switch (status) {
    case BenchStatus::ok:
      return "ok";
    case BenchStatus::unstable:
      return "unstable";
    case BenchStatus::skipped:
      return "skipped";
    case BenchStatus::error:
      break;
  }
  return "error";
}

Measurements bench(const DeviceProfile& profile, const BenchOptions& options,
                   const Events& events) {
  if (!profile.live) {
    return without_figures(options, BenchStatus::skipped, "the profile is not of this machine");
  }
  const Result<std::string> isa = choose_isa(profile, options.isa);
  if (!isa) return without_figures(options, BenchStatus::error, to_text(isa.error()));
  try {
    std::unique_ptr<Host> own;
    if (options.host == nullptr) own = live_host();
    const Host& host = own ? *own : *options.host;
    Measurements measured = measure(profile, options, *isa, host, events);
    // One after the other: neither is to wait for memory that the other is reading. An instruction
    // set that was asked for is the CPU's.
    if (options.isa.empty() && !cancelled()) {
      const GpuFigures gpus = measure_gpus(profile, options, host, events);
      measured.list.insert(measured.list.end(), gpus.list.begin(), gpus.list.end());
      measured.warnings.insert(measured.warnings.end(), gpus.warnings.begin(), gpus.warnings.end());
    }
    return measured;
  } catch (const std::exception& failure) {
    return without_figures(options, BenchStatus::error, failure.what());
  }
}

}  // namespace weighin
