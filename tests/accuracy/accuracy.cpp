// How far are the estimates from the real engine's own figures?
//
// Prints one table in Markdown for each truth of tests/estimate/truth: median, 90th percentile and
// worst error in per cent, for all rows and for each architecture.
#include "accuracy/accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <sstream>

namespace weighin::accuracy {
namespace {

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string figures(std::vector<double> errors) {
  if (errors.empty()) return "-";
  for (double& error : errors) error = std::abs(error);
  std::sort(errors.begin(), errors.end());
  const std::size_t count = errors.size();
  return fmt::format("{:.2f} / {:.2f} / {:.1f}", errors[count / 2],
                     errors[std::min(count - 1, count * 9 / 10)], errors.back());
}

}  // namespace

void Table::add(const std::string& row, const std::string& column, double ours, double truth) {
  const double error = truth == 0 ? (ours == 0 ? 0.0 : 100.0) : 100.0 * (ours - truth) / truth;
  errors_[row][column].push_back(error);
}

std::string Table::markdown() const {
  std::map<std::string, std::vector<double>> all;
  for (const auto& [row, columns] : errors_) {
    for (const auto& [column, values] : columns)
      all[column].insert(all[column].end(), values.begin(), values.end());
  }
  std::string text = fmt::format("{}\n\n| | rows |", title_);
  for (const std::string& column : columns_) text += fmt::format(" {} |", column);
  text += "\n|---|---:|";
  for (std::size_t i = 0; i < columns_.size(); ++i) text += "---|";
  text += "\n";
  const auto line = [&](const std::string& name,
                        const std::map<std::string, std::vector<double>>& values) {
    std::size_t rows = 0;
    for (const auto& [column, errors] : values) rows = std::max(rows, errors.size());
    text += fmt::format("| {} | {} |", name, rows);
    for (const std::string& column : columns_) {
      const auto found = values.find(column);
      text += fmt::format(" {} |", found == values.end() ? "-" : figures(found->second));
    }
    text += "\n";
  };
  line("**all**", all);
  for (const auto& [row, columns] : errors_) line(row, columns);
  return text;
}

std::vector<std::vector<std::string>> truth(const std::string& source, const std::string& file) {
  std::ifstream in(source + "/tests/estimate/truth/" + file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> words;
    std::istringstream row(line);
    for (std::string word; std::getline(row, word, ',');) words.push_back(word);
    if (!words.empty()) rows.push_back(words);
  }
  return rows;
}

}  // namespace weighin::accuracy

int main(int argc, char** argv) {
  using namespace weighin;
  const std::string source = argc > 1 ? argv[1] : WEIGHIN_SOURCE_DIR;
  const Result<Catalogue> catalogue =
      read_catalogue(accuracy::slurp(source + "/models.json"), "models.json");
  if (!catalogue) {
    std::cerr << to_text(catalogue.error()) << '\n';
    return 1;
  }
  fmt::print("Errors in per cent: median / 90th percentile / worst\n\n");
  for (const auto make :
       {accuracy::loads, accuracy::amx, accuracy::gpus, accuracy::processes, accuracy::published}) {
    const accuracy::Table table = make(source, *catalogue);
    if (table.empty()) {
      std::cerr << "no row of the truth was read\n";
      return 1;
    }
    fmt::print("{}\n", table.markdown());
  }
  for (const auto make : {accuracy::litert, accuracy::onnx, accuracy::webllm}) {
    for (const bool known : {true, false}) {
      const accuracy::Table table = make(source, *catalogue, known);
      if (table.empty()) {
        std::cerr << "no row of the truth was read\n";
        return 1;
      }
      fmt::print("{}\n", table.markdown());
    }
  }
  return 0;
}
