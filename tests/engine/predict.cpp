// What is predicted for a model at each of the engine's tests, from measurements that were kept?
//
// Usage: weighin_predict CATALOGUE BENCH.json MODEL FORMAT REPACK:VENDOR:CORES THREADS:TEST… with
// tests as the engine has them (pp256, tg24@1024), REPACK as Plan has it (amx, avx512, avx2) and
// the processor as the probe names it. Prints one JSON
// object a line, with the terms of the time.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "advise/speed.hpp"
#include "estimate/file_size.hpp"
#include "weighin/estimate.hpp"
#include "weighin/report.hpp"

namespace weighin {
namespace {

std::string read(const char* path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int run(int argc, char** argv) {
  const auto catalogue = read_catalogue(read(argv[1]), argv[1]);
  const auto measurements = read_bench_json(read(argv[2]), argv[2]);
  if (!catalogue || !measurements) return 65;
  const auto model = find_model(*catalogue, argv[3]);
  if (!model) return 64;
  std::int64_t longest = 512;
  for (int i = 6; i < argc; ++i) {
    const std::string test = argv[i];
    const std::size_t name = test.find(':') + 1, at = test.find('@');
    const std::int64_t tokens = std::atoll(test.c_str() + name + 2);
    longest = std::max<std::int64_t>(
        longest, tokens + (at == std::string::npos ? 0 : std::atoll(test.c_str() + at + 1)));
  }
  Plan plan;
  plan.format = argv[4];
  const std::string kernels = argv[5];
  const std::size_t vendor = kernels.find(':'), cores = kernels.find(':', vendor + 1);
  if (cores == std::string::npos) return 64;
  plan.repack = kernels.substr(0, vendor);
  plan.context = (longest + 8 + 255) / 256 * 256;
  const auto made = estimate(*model, plan);
  if (!made) {
    std::cerr << to_text(made.error()) << "\n";
    return 64;
  }
  // The synthetic models have no vocabulary, the file's pages count as resident, and the logits are
  // those of one token.
  const Bytes memory = made->residency.anonymous_bytes + made->residency.mapped_bytes -
                       (model->shape ? tokenizer_heap_bytes(*model->shape) : 0);
  for (int i = 6; i < argc; ++i) {
    const std::string test = argv[i];
    const std::size_t name = test.find(':') + 1, at = test.find('@');
    const bool prefill = test.compare(name, 2, "pp") == 0;
    SpeedQuestion question;
    question.repack = plan.repack;
    question.vendor = kernels.substr(vendor + 1, cores - vendor - 1);
    question.microarchitecture = kernels.substr(cores + 1);
    question.threads = std::atoll(test.c_str());
    question.context = plan.context;
    question.prompt_tokens = std::atoll(test.c_str() + name + 2);
    question.depth = at == std::string::npos ? 0 : std::atoll(test.c_str() + at + 1);
    // A test of decoding fills the cache as it goes.
    if (!prefill) question.depth += question.prompt_tokens / 2;
    const Speeds speeds = predict_speeds(made->token, question, *measurements);
    const Known<Speed>& speed = prefill ? speeds.prefill : speeds.decode;
    nlohmann::json line{{"threads", question.threads},      {"test", test.substr(name)},
                        {"memory_bytes", memory},           {"mid", nullptr},
                        {"raw", nlohmann::json::object()},  {"memory", nlohmann::json::object()},
                        {"parts", nlohmann::json::object()}};
    if (speed) {
      line["low"] = speed->range.low;
      line["mid"] = speed->range.mid;
      line["high"] = speed->range.high;
      const auto terms = speed_terms(made->token, question, *measurements, prefill, question.depth);
      for (const SpeedTerm& term : *terms) {
        line["memory"][term.what] = term.memory_seconds + line["memory"].value(term.what, 0.0);
        line["raw"][term.what] = term.raw_seconds + line["raw"].value(term.what, 0.0);
        line["parts"][term.what] = term.seconds.mid + line["parts"].value(term.what, 0.0);
      }
    } else {
      line["why"] = speed.why;
    }
    std::cout << line.dump() << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace weighin

int main(int argc, char** argv) {
  if (argc < 7) {
    std::cerr << "usage: weighin_predict CATALOGUE BENCH.json MODEL FORMAT REPACK:VENDOR:CORES "
                 "THREADS:TEST…\n";
    return 64;
  }
  return weighin::run(argc, argv);
}
