// How far are the estimates from the real engine's own figures?
//
// Prints one table in Markdown: for each model and for all, the median, 90th percentile and worst
// error in per cent of file, model buffers, KV cache, state, compute buffer, output buffer and
// total.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <vector>

#include "weighin/estimate.hpp"

namespace {

using namespace weighin;

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

double error_percent(Bytes got, double truth) {
  if (truth == 0) return got == 0 ? 0.0 : 100.0;
  return 100.0 * (static_cast<double>(got) - truth) / truth;
}

std::string figures(std::vector<double> errors) {
  for (double& error : errors) error = std::abs(error);
  std::sort(errors.begin(), errors.end());
  const std::size_t count = errors.size();
  return fmt::format("{:.2f} / {:.2f} / {:.1f}", errors[count / 2],
                     errors[std::min(count - 1, count * 9 / 10)], errors.back());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string source = argc > 1 ? argv[1] : WEIGHIN_SOURCE_DIR;
  const Result<Catalogue> catalogue = read_catalogue(slurp(source + "/models.json"), "models.json");
  if (!catalogue) {
    std::cerr << to_text(catalogue.error()) << '\n';
    return 1;
  }
  const std::vector<std::string> columns{"file",    "model buffers", "KV cache", "state",
                                         "compute", "output",        "total"};
  std::map<std::string, std::vector<std::vector<double>>> errors;
  std::istringstream table(slurp(source + "/tests/estimate/truth/llamacpp_memory.csv"));
  std::string line;
  std::getline(table, line);
  std::size_t rows = 0;
  while (std::getline(table, line)) {
    std::vector<std::string> words;
    std::istringstream row(line);
    for (std::string word; std::getline(row, word, ',');) words.push_back(word);
    if (words.size() < 20 || words[19] != "ok") continue;
    const Result<ModelSpec> model = find_model(*catalogue, words[0]);
    if (!model) {
      std::cerr << words[0] << " is not in the catalogue\n";
      return 1;
    }
    Plan plan;
    plan.format = words[2];
    plan.context = std::stoll(words[5]);
    plan.flash_attn = words[6];
    plan.kv_type = words[7];
    plan.ubatch = std::stoll(words[13]);
    plan.parallel = std::stoll(words[14]);
    plan.kv_unified = words[15] == "1";
    plan.outputs = words[16] == "0" ? -1 : std::stoll(words[16]);
    const Result<Estimate> got = estimate(*model, plan);
    if (!got) {
      std::cerr << words[0] << ": " << to_text(got.error()) << '\n';
      return 1;
    }
    std::vector<double> truth;
    for (const std::size_t column : {4u, 8u, 9u, 10u, 11u, 12u})
      truth.push_back(std::stod(words[column]));
    const double total = truth[1] + truth[2] + truth[3] + truth[4] + truth[5];
    const MemoryNeed& memory = got->memory;
    const std::vector<double> row_errors{
        error_percent(*got->download_bytes, truth[0]),
        error_percent(memory.weights_bytes, truth[1]),
        error_percent(memory.kv_cache_bytes, truth[2]),
        error_percent(memory.state_bytes, truth[3]),
        error_percent(memory.compute_bytes, truth[4]),
        error_percent(memory.output_bytes, truth[5]),
        error_percent(memory.total_bytes - memory.runtime_bytes, total)};
    for (const std::string& key : {words[0], std::string("all")}) {
      auto& kept = errors[key];
      kept.resize(columns.size());
      for (std::size_t i = 0; i < columns.size(); ++i) kept[i].push_back(row_errors[i]);
    }
    ++rows;
  }
  if (rows == 0) {
    std::cerr << "no row of the truth was read\n";
    return 1;
  }
  fmt::print("Error in per cent: median / 90th percentile / worst\n\n| model | rows |");
  for (const std::string& column : columns) fmt::print(" {} |", column);
  fmt::print("\n|---|---:|");
  for (std::size_t i = 0; i < columns.size(); ++i) fmt::print("---|");
  fmt::print("\n");
  const auto print = [&](const std::string& name, const std::vector<std::vector<double>>& kept) {
    fmt::print("| {} | {} |", name, kept[0].size());
    for (const auto& each : kept) fmt::print(" {} |", figures(each));
    fmt::print("\n");
  };
  print("all", errors["all"]);
  for (const auto& [name, kept] : errors) {
    if (name != "all") print(name, kept);
  }
  return 0;
}
