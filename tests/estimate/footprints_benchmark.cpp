// How many footprints a second does the estimator make on one core?
//
// Every open model that llama.cpp runs, all formats, 64 contexts from 256 to 131072: what a choice
// of format and context over the whole catalogue would ask. Setting up a model is part of it.
#include <benchmark/benchmark.h>

#include "estimate/footprints.hpp"
#include "estimate/mix.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

const Catalogue& catalogue() {
  static const Catalogue kCatalogue = [] {
    const auto file = test::source_folder() / "models.json";
    Result<Catalogue> read = read_catalogue(test::slurp(file), file.string());
    return read ? std::move(*read) : Catalogue{};
  }();
  return kCatalogue;
}

void footprints(benchmark::State& state) {
  const Catalogue& models = catalogue();
  std::int64_t count = 0;
  for (auto _ : state) {
    Bytes sum = 0;
    for (const ModelSpec& model : models.models) {
      auto all = Footprints::of(model, Plan{});
      if (!all) continue;
      for (std::size_t format = 0; format < all->format_count(); ++format) {
        for (std::int64_t step = 1; step <= 64; ++step) {
          const auto total = all->total_bytes(format, 2048 * step);
          sum ^= total.value_or(0);
          ++count;
        }
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.counters["footprints/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
}
BENCHMARK(footprints)->Name("footprints of the catalogue")->Unit(benchmark::kMillisecond);

void one_estimate(benchmark::State& state) {
  const Result<ModelSpec> model = find_model(catalogue(), "llama-3.1-8b");
  for (auto _ : state) {
    const auto made = estimate(*model, Plan{});
    benchmark::DoNotOptimize(made->memory.total_bytes);
  }
}
BENCHMARK(one_estimate)->Name("estimate of Llama 3.1 8B")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weighin
