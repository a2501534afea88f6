// Which real models do the estimator's tests use?
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/support.hpp"
#include "weighin/estimate.hpp"

namespace weighin::test {

inline const Catalogue& catalogue() {
  static const Catalogue kCatalogue = [] {
    const auto file = source_folder() / "models.json";
    Result<Catalogue> read = read_catalogue(slurp(file), file.string());
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : to_text(read.error()));
    return read.ok() ? std::move(*read) : Catalogue{};
  }();
  return kCatalogue;
}

inline ModelSpec model(const std::string& name) {
  Result<ModelSpec> found = find_model(catalogue(), name);
  EXPECT_TRUE(found.ok()) << name << ": " << (found.ok() ? "" : to_text(found.error()));
  return found.ok() ? std::move(*found) : ModelSpec{};
}

inline Shape shape(const std::string& name) {
  const ModelSpec found = model(name);
  EXPECT_TRUE(found.shape.has_value()) << name;
  return found.shape.value_or(Shape{});
}

/// The rows of a table of the truth, as words.
inline std::vector<std::vector<std::string>> truth(const std::string& file) {
  std::ifstream in(source_folder() / "tests/estimate/truth" / file);
  EXPECT_TRUE(in.good()) << file;
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

}  // namespace weighin::test
