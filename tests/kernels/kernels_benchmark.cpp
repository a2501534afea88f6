// How fast is each kernel beside plain reading of memory, in the same run?
//
// weighin_bench [--benchmark_filter=avx512_vnni]: every kernel that this machine can run, on 1 and
// 2 threads, over data of 96 MiB a thread. `of_read` = its bytes per second over those of "memory
// read".
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"
#include "kernels/workload.hpp"

namespace weighin::kernels {
namespace {

constexpr std::int64_t kRows = 64, kDataBytes = 96 << 20;

std::map<std::string, double>& read_rates() {
  static std::map<std::string, double> rates;
  return rates;
}

void work(benchmark::State& state, const Kernel* kernel) {
  const std::int64_t columns = 4096;
  const Workload work = make_workload(*kernel, kRows, columns, kernel->batch, 1);
  const std::int64_t pattern_bytes = static_cast<std::int64_t>(work.pattern.size());
  const std::int64_t repeats = std::max<std::int64_t>(1, (5 << 18) / pattern_bytes);
  const std::int64_t slice = repeats * pattern_bytes;
  const std::int64_t slices = kernel->batch > 1 ? 4 : kDataBytes / slice;
  struct Free {
    void operator()(unsigned char* data) const { std::free(data); }
  };
  const std::unique_ptr<unsigned char, Free> data(static_cast<unsigned char*>(
      std::aligned_alloc(4096, static_cast<std::size_t>((slices * slice + 4095) / 4096 * 4096))));
  for (std::int64_t i = 0; i < slices * repeats; ++i) {
    std::memcpy(data.get() + i * pattern_bytes, work.pattern.data(), work.pattern.size());
  }
  std::vector<float> results(
      static_cast<std::size_t>(std::max<std::int64_t>(kRows * repeats * kernel->batch, 16)));
  std::vector<unsigned char> target(
      kernel->kind == KernelKind::memory_copy ? static_cast<std::size_t>(slice + 64) : 0);
  void* out = results.data();
  if (!target.empty())
    out = target.data() + (64 - reinterpret_cast<std::uintptr_t>(target.data()) % 64);
  std::int64_t at = 0;
  for (auto _ : state) {
    const KernelTask task{.weights = data.get() + at * slice,
                          .activations = work.prepared.data(),
                          .results = out,
                          .rows = kRows * repeats,
                          .columns = columns,
                          .batch = kernel->batch};
    kernel->run(&task);
    at = (at + 1) % slices;
  }
  const double runs =
      static_cast<double>(state.iterations()) * static_cast<double>(kRows * repeats);
  const double bytes = runs * static_cast<double>(kernel->bytes_per_row(columns));
  const double operations =
      runs * static_cast<double>(kernel->operations_per_row(columns) * kernel->batch);
  state.counters["GB/s"] = benchmark::Counter(bytes / 1e9, benchmark::Counter::kIsRate);
  state.counters["GOP/s"] = benchmark::Counter(operations / 1e9, benchmark::Counter::kIsRate);
}

/// Remembers what reading alone reached, and sets the others against it.
class Reporter : public benchmark::ConsoleReporter {
 public:
  bool ReportContext(const Context& context) override {
    return ConsoleReporter::ReportContext(context);
  }
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown = runs;
    for (Run& run : shown) {
      const std::string threads = std::to_string(run.threads);
      const auto rate = run.counters.find("GB/s");
      if (rate == run.counters.end()) continue;
      if (run.benchmark_name().starts_with("memory read"))
        read_rates()[threads] = rate->second.value;
      if (const auto read = read_rates().find(threads); read != read_rates().end()) {
        run.counters["of_read"] = rate->second.value / read->second;
      }
    }
    ConsoleReporter::ReportRuns(shown);
  }
};

void add(const Kernel* kernel) {
  const std::string name = std::string(kernel->name) + "/" + kernel->isa;
  auto* made = benchmark::RegisterBenchmark(name.c_str(), work, kernel);
  made->UseRealTime()->MinTime(0.2)->Threads(1);
  if (sysconf(_SC_NPROCESSORS_ONLN) > 1) made->Threads(2);
}

}  // namespace
}  // namespace weighin::kernels

int main(int count, char** arguments) {
  using weighin::kernels::Kernel;
  benchmark::Initialize(&count, arguments);
  const auto table = weighin::kernels::kernel_table();
  for (const bool reading : {true, false}) {
    for (const Kernel* kernel : table) {
      const bool reads = kernel->kind == weighin::kernels::KernelKind::memory_read;
      if (reads == reading && weighin::kernels::test::runs_here(kernel->isa))
        weighin::kernels::add(kernel);
    }
  }
  weighin::kernels::Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
