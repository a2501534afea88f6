// How fast is each kernel beside plain reading of memory, in the same run?
//
// Every kernel in every instruction set that this machine can run, on one thread and on all cores,
// data from memory (caches flushed), by the runner that `weighin bench` uses: weighin_bench
// --benchmark_filter=avx2
#include <benchmark/benchmark.h>

#include <string>

#include "bench/placement.hpp"
#include "bench/runner.hpp"
#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using kernels::KernelKind;

constexpr std::int64_t kColumns = 4096;
constexpr Bytes kFirstCacheBytes = 16 * kKiB;
constexpr double kWindowSeconds = 0.03;

void measure(benchmark::State& state, const Kernel* kernel) {
  static Pool pool(allowed_cpus());
  static Region region(64 * kMiB, kLeastDataBytes);
  static Runner runner(pool, region, true);
  const std::int64_t threads = state.range(0);
  const Job job = kernel->kind == KernelKind::cache_read
                      ? runner.make_cache_job(*kernel, kFirstCacheBytes)
                      : runner.make_job(*kernel, kColumns);
  if (job.slices == 0 || threads > pool.size()) {
    state.SkipWithError("too little memory or too few cores");
    return;
  }
  runner.fill(job);
  double rate = 0.0;
  bool checked = true;
  for (auto _ : state) {
    const Runner::Outcome outcome = runner.run(job, threads, kWindowSeconds);
    rate = std::max(rate, outcome.window.per_second);
    checked = checked && outcome.checked;
    state.SetIterationTime(kWindowSeconds);
  }
  if (!checked) state.SkipWithError("the result differed from the reference");
  state.counters["GB/s"] = rate * job.bytes_per_slice() / 1e9;
  state.counters["GOP/s"] = rate * job.operations_per_slice() / 1e9;
}

/// Reading first: the others are set against it.
const bool kAdded = [] {
  for (const bool reading : {true, false}) {
    for (const Kernel* kernel : kernels::kernel_table()) {
      const bool reads = kernels::sums_words(kernel->kind);
      if (reads != reading || !kernels::test::runs_here(kernel->isa)) continue;
      const std::string name = std::string(kernel->name) + "/" + kernel->isa;
      auto* made = benchmark::RegisterBenchmark(name.c_str(), measure, kernel);
      const auto cores = static_cast<std::int64_t>(allowed_cpus().size());
      made->ArgName("threads")->Arg(1)->UseManualTime()->Iterations(4);
      if (cores > 1) made->Arg(cores);
    }
  }
  return true;
}();

}  // namespace
}  // namespace weighin
