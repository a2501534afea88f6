// What is measured on one GPU, in which order?
//
// Rounds over all kernels, as on the CPU, so that the windows of one figure lie far apart. A kernel
// is prepared right before its first window: should the device be lost, or the time be over, what
// was measured until then stands. A submit is to take one or two milliseconds: long beside its own
// cost, and so short that no watchdog of a slow device ever barks (they wait for seconds).
#include "bench/gpu/gpu_session.hpp"

#include <algorithm>
#include <cmath>

#include "bench/clock.hpp"
#include "bench/statistics.hpp"
#include "bench/work.hpp"

namespace weighin {
namespace {

constexpr double kSubmitSeconds = 0.002, kLongestSubmitSeconds = 0.05;
constexpr double kLeastWindowSeconds = 0.004;
constexpr double kMostWindowSeconds = 0.1;
constexpr std::int64_t kGrowth = 8, kLeastSamples = 3, kMostSamples = 256;
constexpr double kWarmUpSeconds = 0.1, kWarmUpShare = 0.1;  // the share is of the whole budget
constexpr double kQuantile = 0.9;        // as on the CPU: what the device can do beside others
constexpr double kReserveSeconds = 0.1;  // to end before the parent's patience does

/// One figure in the making.
struct Planned {
  std::string name;
  std::function<Result<GpuWork>()> make;
  GpuWork work;
  Entry entry;
  std::int64_t steps = 0;                              // of a submit; 0 = not yet known
  double step_seconds = 0.0, host_step_seconds = 0.0;  // by the device's clock, by the CPU's
  bool ready = false, host_clock = false;
};

bool is_wanted(const std::string& name, const std::string& only) {
  return only.empty() || name.find(only) != std::string::npos;
}

using Make = Result<GpuWork> (*)(GpuLab&, const GpuKernel&, const GpuVariant&);
Make maker_of(GpuKernelKind kind) {
  switch (kind) {
    case GpuKernelKind::memory_read:
    case GpuKernelKind::memory_copy:
      return gpu_memory_work;
    case GpuKernelKind::decode:
      return gpu_decode_work;
    case GpuKernelKind::prefill:
      return gpu_prefill_work;
    case GpuKernelKind::attention:
      return gpu_attention_work;
    case GpuKernelKind::dispatch:
      break;
  }
  return gpu_dispatch_work;
}

std::vector<const GpuKernel*> ordered_kernels() {
  const auto table = gpu_kernel_table();
  std::vector<const GpuKernel*> list(table.begin(), table.end());
  std::stable_sort(list.begin(), list.end(), [](const GpuKernel* a, const GpuKernel* b) {
    return a->kind != b->kind ? a->kind < b->kind : a->name > b->name;
  });
  return list;
}

Measurement label_of(const std::string& place, std::string name, std::string format) {
  Measurement label;
  label.place = place;
  label.name = std::move(name);
  label.format = std::move(format);
  label.isa = "vulkan";
  return label;
}

class Session {
 public:
  Session(GpuLab& lab, const GpuOrder& order, const GpuEvents& events, double begun)
      : lab_(lab), order_(order), events_(events) {
    if (order.most_seconds > 0.0)
      wall_ = (begun > 0.0 ? begun : clock_seconds()) + order.most_seconds - kReserveSeconds;
    plan();
  }

  Result<Done> run() {
    end_ = clock_seconds() + order_.seconds;
    windows_ = kRounds * static_cast<std::int64_t>(plan_.size());
    unprepared_ = static_cast<std::int64_t>(plan_.size());
    for (Planned& one : plan_) {
      auto done = prepare(one);
      if (!done) return done;
      if (one.ready) done = measure(one);
      if (!done) return done;
    }
    std::erase_if(plan_, [](const Planned& one) { return !one.ready; });
    for (int round = 1; round < kRounds; ++round) {
      for (Planned& one : plan_) {
        // Where the budget is spent, a figure of one round is better than none.
        if (clock_seconds() >= std::min(end_, wall_)) return Done{};
        const auto done = measure(one);
        if (!done) return done;
      }
    }
    return Done{};
  }

 private:
  void plan() {
    const auto add = [&](std::string name, std::function<Result<GpuWork>()> make) {
      if (is_wanted(name, order_.only))
        plan_.push_back(
            {.name = std::move(name), .make = std::move(make), .work = {}, .entry = {}});
    };
    for (const GpuKernel* kernel : ordered_kernels()) {
      if (kernel->kind == GpuKernelKind::decode && !transfers_planned_) plan_transfers(add);
      add(std::string(kernel->name),
          [this, kernel] { return make(*kernel, maker_of(kernel->kind)); });
      if (kernel->kind == GpuKernelKind::dispatch)
        add("submit", [this, kernel] { return make(*kernel, gpu_submit_work); });
    }
    for (const BlockShape& shape : gpu_blocks())
      add("block " + shape.name, [this, shape] { return gpu_block_work(lab_, shape); });
  }

  template <class Add>
  void plan_transfers(const Add& add) {
    transfers_planned_ = true;
    add("transfer to device", [this] { return gpu_transfer_work(lab_, true); });
    add("transfer to host", [this] { return gpu_transfer_work(lab_, false); });
  }

  Result<GpuWork> make(const GpuKernel& kernel, Make maker) {
    std::string why;
    const GpuVariant* variant = choose_variant(kernel, lab_, order_.variant, why);
    if (variant != nullptr) return maker(lab_, kernel, *variant);
    GpuWork none;
    none.label.name = kernel.name;
    none.label.format = kernel.format;
    none.label.isa = "vulkan";
    none.label.why = why;
    return none;
  }

  void tell(Measurement m) {
    m.place = order_.place;
    events_.measurement(m);
  }

  void give_up(Planned& one, BenchStatus status, const std::string& why) {
    Measurement m = one.work.label;
    m.name = one.name;
    if (m.isa.empty()) m.isa = "vulkan";
    m.status = status;
    m.why = why;
    tell(std::move(m));
  }

  /// What is not measured does not count as time of the windows.
  template <class Act>
  Result<Done> beside_windows(const Act& act) {
    const double start = clock_seconds();
    const Result<Done> done = act();
    const double seconds = clock_seconds() - start;
    end_ += seconds;
    preparing_seconds_ += seconds;
    return done;
  }

  Result<Done> prepare(Planned& one) {
    --unprepared_;
    if (clock_seconds() >= wall_) {
      one.work.label.format = format_of(one.name);
      give_up(one, BenchStatus::skipped, "no time was left for it: the driver took too long");
      return Done{};
    }
    const auto done = beside_windows([&] { return make_ready(one); });
    if (!one.ready) windows_ -= kRounds;
    return done;
  }

  std::string format_of(const std::string& name) const {
    for (const Measurement& each : gpu_figures(order_.place, name)) {
      if (each.name == name) return each.format;
    }
    return {};
  }

  Result<Done> make_ready(Planned& one) {
    events_.stage("preparing " + one.name);
    auto made = one.make();
    if (!made) {
      give_up(one, BenchStatus::error, to_text(made.error()));
      // A device that refuses one thing may well do the others; one that is gone will not.
      if (vulkan::is_lost(made.error())) return made.error();
      return Done{};
    }
    one.work = std::move(*made);
    if (!one.work.run) {
      give_up(one, BenchStatus::skipped, one.work.label.why);
      return Done{};
    }
    one.ready = true;
    return Done{};
  }

  // One submit; notes how long a step takes, and how many make a submit.
  Result<double> submit(Planned& one) {
    const std::int64_t steps = std::max<std::int64_t>(1, one.steps);
    const auto timing = one.work.run(steps);
    if (!timing) return timing.error();
    one.host_clock = one.host_clock || !timing->device_clock;
    one.step_seconds = std::max(timing->seconds, 1e-9) / static_cast<double>(steps);
    one.host_step_seconds = std::max(timing->host_seconds, 1e-9) / static_cast<double>(steps);
    return static_cast<double>(steps) / std::max(timing->seconds, 1e-9);
  }

  std::int64_t suitable_steps(const Planned& one) const {
    // However short the device says it was: a clock may tell far too little.
    const double wanted =
        std::min(kSubmitSeconds / one.step_seconds, kLongestSubmitSeconds / one.host_step_seconds);
    const auto steps = static_cast<std::int64_t>(std::min(wanted, 1e9));
    return std::clamp<std::int64_t>(steps, 1, one.work.most_steps);
  }

  // From one step on to as many as make a submit of the wanted length.
  Result<Done> grow(Planned& one) {
    one.steps = 1;
    for (;;) {
      const auto rate = submit(one);
      if (!rate) return rate.error();
      const std::int64_t next = std::min(suitable_steps(one), one.steps * kGrowth);
      if (next <= one.steps * 5 / 4) break;
      one.steps = next;
    }
    return Done{};
  }

  Result<Done> choose_way(Planned& one) {
    if (one.work.ways < 2 || lab_.small()) return Done{};
    std::int64_t best = 0;
    double best_rate = 0.0;
    for (std::int64_t way = 0; way < one.work.ways && clock_seconds() < wall_; ++way) {
      const auto chosen = one.work.choose(way);
      if (!chosen) continue;
      double rate = 0.0;
      for (int i = 0; i < 3; ++i) {
        const auto once = submit(one);
        if (!once) return once.error();
        rate = std::max(rate, *once);
      }
      if (rate > best_rate) best = way;
      best_rate = std::max(rate, best_rate);
    }
    return one.work.choose(best);
  }

  // Until two looks at it agree, or the time is over: a device at rest takes a while to wake up.
  Result<Done> warm_up(Planned& one) {
    const double end = clock_seconds() + std::min(kWarmUpSeconds, kWarmUpShare * order_.seconds);
    double before = 0.0;
    while (clock_seconds() < end) {
      std::vector<double> rates;
      for (int i = 0; i < 5; ++i) {
        const auto rate = submit(one);
        if (!rate) return rate.error();
        rates.push_back(*rate);
      }
      const double now = median(rates);
      if (before > 0.0 && std::fabs(now - before) < 0.03 * before) break;
      before = now;
    }
    return Done{};
  }

  Result<Done> calibrate(Planned& one) {
    auto done = grow(one);
    if (!done) return done;
    if (!warm_) {
      warm_ = true;
      done = warm_up(one);
      if (!done) return done;
      done = grow(one);
      if (!done) return done;
    }
    done = choose_way(one);
    if (!done) return done;
    return grow(one);
  }

  double next_window() {
    // What is still to be prepared will take as long as the others did.
    const double each =
        preparing_seconds_ / static_cast<double>(std::max<std::int64_t>(
                                 1, static_cast<std::int64_t>(plan_.size()) - unprepared_));
    const double left =
        std::min(end_, wall_ - each * static_cast<double>(unprepared_)) - clock_seconds();
    const double share = left / static_cast<double>(std::max<std::int64_t>(1, windows_));
    --windows_;
    return std::clamp(share, kLeastWindowSeconds, kMostWindowSeconds);
  }

  /// The data as they are to be; before the first window also how much of it suits a submit.
  Result<Done> set_up(Planned& one) {
    auto done = one.work.fill();
    if (!done || one.steps > 0) return done;
    done = beside_windows([&] { return calibrate(one); });
    // Ways may have changed how the data were gone through: they are as they were at first.
    return done ? one.work.fill() : done;
  }

  Result<Done> measure(Planned& one) {
    events_.stage("measuring " + one.name);
    const auto done = set_up(one);
    if (!done) return done;
    const double until = clock_seconds() + next_window();
    Window window;
    double steps = 0.0, seconds = 0.0;
    while (window.samples < kMostSamples &&
           (window.samples < kLeastSamples || clock_seconds() < until)) {
      const auto rate = submit(one);
      if (!rate) return rate.error();
      window.rates.push_back(*rate * one.work.amount);
      ++window.samples;
      steps += static_cast<double>(one.steps);
      seconds += one.step_seconds * static_cast<double>(one.steps);
      // A device that got much slower must not be kept too long by one submit.
      if (one.host_step_seconds * static_cast<double>(one.steps) > kLongestSubmitSeconds)
        one.steps = suitable_steps(one);
    }
    window.per_second = quantile(window.rates, kQuantile);
    window.mean_per_second = seconds > 0.0 ? steps * one.work.amount / seconds : 0.0;
    const auto right = one.work.check();
    if (!right) return right.error();
    one.entry.checked = one.entry.checked && *right;
    one.entry.windows.push_back(std::move(window));
    if (one.host_clock && one.work.label.why.find("the CPU's clock") == std::string::npos) {
      one.work.label.why += std::string(one.work.label.why.empty() ? "" : "; ") +
                            "timed by the CPU's clock: the device's could not be used";
    }
    Work figure;
    figure.label = one.work.label;
    figure.amount = 1.0;  // the windows hold bytes and operations already
    figure.operations = one.work.operations;
    tell(conclude(figure, one.entry));
    return Done{};
  }

  GpuLab& lab_;
  const GpuOrder& order_;
  const GpuEvents& events_;
  std::vector<Planned> plan_;
  bool transfers_planned_ = false, warm_ = false;
  double end_ = 0.0;     // of the windows
  double wall_ = 1e300;  // of everything
  double preparing_seconds_ = 0.0;
  std::int64_t windows_ = 0, unprepared_ = 0;
};

}  // namespace

std::vector<BlockShape> gpu_blocks() { return {common_blocks().front()}; }

std::vector<Measurement> gpu_figures(const std::string& place, const std::string& only) {
  std::vector<Measurement> list;
  const auto add = [&](std::string name, std::string_view format) {
    if (is_wanted(name, only))
      list.push_back(label_of(place, std::move(name), std::string(format)));
  };
  bool transfers = false;
  for (const GpuKernel* kernel : ordered_kernels()) {
    if (kernel->kind == GpuKernelKind::decode && !transfers) {
      transfers = true;
      add("transfer to device", "");
      add("transfer to host", "");
    }
    add(std::string(kernel->name), kernel->format);
    if (kernel->kind == GpuKernelKind::dispatch) add("submit", "");
  }
  for (const BlockShape& shape : gpu_blocks()) add("block " + shape.name, shape.format);
  return list;
}

Result<Done> measure_gpu(GpuLab& lab, const GpuOrder& order, const GpuEvents& events,
                         double begun) {
  return Session(lab, order, events, begun).run();
}

}  // namespace weighin
