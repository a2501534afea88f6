// How does what was timed become a figure?
#include "bench/work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>

#include "bench/barrier.hpp"
#include "bench/block.hpp"
#include "bench/flush.hpp"
#include "bench/statistics.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using kernels::KernelKind;

}  // namespace

Measurement kernel_label(const Kernel& kernel, std::string_view isa) {
  Measurement measurement;
  measurement.name = kernel.name;
  measurement.isa = isa;
  measurement.format = kernel.format;
  return measurement;
}

std::vector<std::int64_t> thread_counts(std::int64_t most, bool doubled) {
  std::vector<std::int64_t> counts;
  for (std::int64_t threads = 1; threads < most; threads *= doubled ? 2 : most) {
    counts.push_back(threads);
  }
  counts.push_back(most);
  return counts;
}

Work kernel_work(Runner& runner, const Kernel& kernel, std::int64_t columns,
                 std::int64_t most_threads, const DataSize& size, bool ample) {
  Work work;
  work.label = kernel_label(kernel, kernel.isa);
  const auto job = std::make_shared<const Job>(runner.make_job(kernel, columns));
  if (job->slices == 0) {
    work.label.why = "there is too little memory for " + std::to_string(most_threads) + " threads";
    return work;
  }
  work.operations = kernels::counts_operations(kernel.kind);
  work.amount = work.operations ? job->operations_per_slice() : job->bytes_per_slice();
  work.label.working_set_bytes = job->slices * job->slice_bytes();
  work.from_memory = !work.operations && job->cold && !kernels::is_attention(kernel.kind);
  if (!work.operations && !job->resident) {
    work.label.beyond_caches = size.beyond_caches;
    work.label.why = size.why;
  }
  const bool reads = kernel.kind == KernelKind::memory_read;
  if (kernels::is_attention(kernel.kind)) work.weight = 2;  // few slices, and they vary
  work.threads = ample || reads ? thread_counts(most_threads, reads) : std::vector{most_threads};
  work.fill = [&runner, job] { runner.fill(*job); };
  work.run = [&runner, job](std::int64_t threads, double seconds) {
    return runner.run(*job, threads, seconds);
  };
  return work;
}

std::vector<CacheLevel> cache_levels(const Cpu& cpu, std::int64_t threads) {
  std::vector<CacheLevel> levels;
  for (const Cache& cache : cpu.caches) {
    if (cache.type == "instruction" || cache.bytes <= 0) continue;
    const std::int64_t instances = std::max<std::int64_t>(1, cache.count);
    const std::int64_t sharers = std::max<std::int64_t>(1, (threads + instances - 1) / instances);
    levels.push_back({cache.level, cache.bytes / sharers});
  }
  std::stable_sort(levels.begin(), levels.end(),
                   [](const CacheLevel& a, const CacheLevel& b) { return a.level < b.level; });
  return levels;
}

std::string cache_name(const Kernel& kernel, const CacheLevel& level) {
  return fmt::format("cache {} L{}", kernel.kind == KernelKind::memory_copy ? "copy" : "read",
                     level.level);
}

Work cache_work(Runner& runner, const Kernel& kernel, const CacheLevel& level, Bytes below_bytes,
                std::int64_t most_threads) {
  Work work;
  work.label = kernel_label(kernel, kernel.isa);
  work.label.name = cache_name(kernel, level);
  // Half of the level is there for certain: the rest holds code, stacks and what others do.
  // Where there is less room, a part of it is measured that the level below cannot hold.
  const Bytes bytes = std::min(level.bytes / 2, runner.room_per_thread());
  if (bytes < 2 * below_bytes) {
    work.label.why = bytes < level.bytes / 2
                         ? "there is too little memory to fill this cache"
                         : "a thread's part of this cache is hardly larger than the one before it";
    return work;
  }
  const auto job = std::make_shared<const Job>(runner.make_cache_job(kernel, bytes));
  if (job->slices == 0) {
    work.label.why = "there is too little memory to fill this cache";
    return work;
  }
  work.amount = job->bytes_per_slice();
  work.label.working_set_bytes = job->slices * job->slice_bytes();
  work.threads = thread_counts(most_threads, false);
  work.fill = [&runner, job] { runner.fill(*job); };
  work.run = [&runner, job](std::int64_t threads, double seconds) {
    return runner.run(*job, threads, seconds);
  };
  return work;
}

Work barrier_work(Pool& pool) {
  Work work;
  work.label.name = "barrier";
  work.label.isa = "base";
  work.operations = true;
  work.amount = static_cast<double>(kBarriersPerSlice);
  if (pool.size() < 2) {
    work.label.why = "one thread waits for nobody";
    return work;
  }
  work.threads = thread_counts(pool.size(), true);
  work.threads.erase(work.threads.begin());  // one thread waits for nobody
  work.run = [&pool](std::int64_t threads, double seconds) {
    // There is no data whose result could be checked; that nobody runs ahead is tested.
    return Runner::Outcome{time_barriers(pool, threads, seconds), true};
  };
  return work;
}

Work block_work(Pool& pool, Region& region, const BlockShape& shape, const std::string& isa,
                Bytes most_bytes, const DataSize& size, bool doubled) {
  Work work;
  work.label.name = "block " + shape.name;
  work.label.isa = isa;
  work.label.format = shape.format;
  const auto block =
      std::make_shared<Block>(pool, region, most_bytes, shape, isa, size.beyond_caches);
  work.label.why = block->why_not();
  if (!work.label.why.empty()) return work;
  work.label.working_set_bytes = block->data_bytes();
  work.label.beyond_caches = size.beyond_caches && can_flush();
  if (!work.label.beyond_caches) {
    work.label.why = "part of the weights may have come from the caches";
  }
  work.amount = static_cast<double>(block->weight_bytes());
  work.from_memory = true;
  // A slice of the others takes 50 us to 1 ms, a block 2 ms and more.
  work.weight = 4;
  work.threads = doubled ? thread_counts(pool.size(), true) : std::vector{pool.size()};
  work.fill = [block] { block->fill(); };
  work.run = [block](std::int64_t threads, double seconds) { return block->run(threads, seconds); };
  return work;
}

namespace {

/// The best of the windows of each third of the run.
std::vector<double> thirds_of(const std::vector<double>& rates) {
  std::vector<double> best;
  const std::size_t parts = std::min<std::size_t>(kThirds, rates.size());
  for (std::size_t i = 0; i < parts; ++i) {
    const auto first = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() * i / parts);
    const auto last = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() * (i + 1) / parts);
    best.push_back(*std::max_element(first, last));
  }
  return best;
}

/// How far the figure may be off, as a share of it. A best value is as sure as how near others come
/// to it; a middle one has the standard error of a median (1.25 sigma / sqrt(n), for normal
/// samples) with sigma from the quartiles (1.35 sigma apart).
double uncertainty(const std::vector<double>& rates, bool best) {
  if (rates.size() < static_cast<std::size_t>(kThirds)) return 1.0;
  if (best) {
    std::vector<double> sorted = rates;
    std::sort(sorted.rbegin(), sorted.rend());
    return (sorted[0] - sorted[1]) / sorted[0];
  }
  const double sigma = (quantile(rates, 0.75) - quantile(rates, 0.25)) / 1.35;
  return 1.25 * sigma / std::sqrt(static_cast<double>(rates.size())) / median(rates);
}

}  // namespace

Measurement conclude(const Work& work, const Entry& entry) {
  Measurement m = work.label;
  m.threads = entry.threads;
  m.checked = entry.checked && !entry.windows.empty();
  // Windows in which the threads never met say little where others do.
  const bool together = std::any_of(entry.windows.begin(), entry.windows.end(),
                                    [](const Window& window) { return window.together; });
  std::vector<double> rates, shares, samples;
  double least = 0.0;
  for (const Window& window : entry.windows) {
    if (window.per_second > 0.0)
      shares.push_back(std::min(1.0, window.mean_per_second / window.per_second));
    least = least == 0.0 ? window.mean_per_second : std::min(least, window.mean_per_second);
    if (together && !window.together) continue;
    rates.push_back(window.per_second * work.amount);
    m.samples += window.samples;
    samples.insert(samples.end(), window.rates.begin(), window.rates.end());
  }
  m.spread = spread(samples);
  m.share_now = median(shares);
  const std::vector<double> thirds = thirds_of(rates);
  Range range{quantile(thirds, 0.0), quantile(rates, work.from_memory ? 1.0 : 0.5),
              quantile(rates, 1.0)};
  range.low = std::min(range.low, range.mid);
  if (!m.checked || !(quantile(rates, 0.0) > 0.0)) {
    m.status = BenchStatus::error;
    m.why = entry.windows.empty() ? "no time was left" : "the result differed from the reference";
    return m;
  }
  m.status = BenchStatus::ok;
  const auto unstable = [&m](const std::string& why) {
    m.status = BenchStatus::unstable;
    m.why += (m.why.empty() ? "" : "; ") + why;
  };
  const double apart = (quantile(thirds, 1.0) - quantile(thirds, 0.0)) / range.mid;
  const double unsure = uncertainty(rates, work.from_memory);
  if (rates.size() < static_cast<std::size_t>(kThirds)) {
    unstable(fmt::format("{} window{} of {} could be used", rates.size(),
                         rates.size() == 1 ? "" : "s", kRounds));
  } else if (apart > kDisagreement) {
    unstable(fmt::format("parts of the run lay {:.0f} % apart", 100.0 * apart));
  } else if (unsure > kUncertainty) {
    unstable(fmt::format("it may be off by {:.1f} %: its {} windows vary", 100.0 * unsure,
                         rates.size()));
  }
  if (m.status == BenchStatus::unstable) range.low = quantile(rates, 0.0);
  if (!together) {
    m.status = BenchStatus::unstable;
    m.why = "the threads hardly ever ran at the same time: the machine is busy";
    range.low = std::min(range.low, least * work.amount);
  }
  (work.operations ? m.operations_per_second : m.bytes_per_second) = range;
  return m;
}

}  // namespace weighin
