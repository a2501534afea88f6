// How are all benchmarks run, and set against plain reading of memory in the same run?
//
// weighin_bench [--benchmark_filter=…]. A benchmark that gives the counter "GB/s" gets a second
// one, "of_read": its rate over that of "memory read" with as many threads.
#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace {

class Reporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown = runs;
    for (Run& run : shown) {
      const auto rate = run.counters.find("GB/s");
      if (rate == run.counters.end()) continue;
      double& best = read_[run.run_name.args];
      if (run.benchmark_name().find("memory read") == 0 && rate->second.value > best) {
        best = rate->second.value;
      }
      if (best > 0.0) run.counters["of_read"] = rate->second.value / best;
    }
    ConsoleReporter::ReportRuns(shown);
  }

 private:
  std::map<std::string, double> read_;  // by threads, the fastest of all instruction sets
};

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  Reporter reporter;
  return benchmark::RunSpecifiedBenchmarks(&reporter) > 0 ? 0 : 1;
}
