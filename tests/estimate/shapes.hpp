// Which real models do the estimator's tests use?
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
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
  static std::map<std::string, Shape> known;
  const auto before = known.find(name);
  if (before != known.end()) return before->second;
  const ModelSpec found = model(name);
  EXPECT_TRUE(found.shape.has_value()) << name;
  return known[name] = found.shape.value_or(Shape{});
}

/// The same with the rows that files keep of the embedding.
inline Shape file_shape(const std::string& name) {
  Shape found = shape(name);
  if (found.file_vocab > 0) found.vocab = found.file_vocab;
  return found;
}

/// One load of the real engine: what was asked, and the bytes of every buffer.
struct Load {
  std::string model, flash_attn;
  Plan plan;
  Bytes weights = 0, kv_and_state = 0, compute = 0;
};

std::vector<std::vector<std::string>> truth(const std::string& file);

/// The engine's own figures: 2208 loads of 21 models, and 1686 of 190 models from the files that
/// this estimator's own list of tensors describes.
inline std::vector<Load> loads() {
  std::vector<Load> all;
  const auto plan_of = [](const std::string& context, const std::string& flash,
                          const std::string& type, const std::string& ubatch,
                          const std::string& sequences, const std::string& unified,
                          const std::string& outputs) {
    Plan plan;
    plan.context = std::stoll(context);
    plan.flash_attn = flash;
    plan.kv_type = type;
    plan.ubatch = std::stoll(ubatch);
    plan.parallel = std::stoll(sequences);
    plan.kv_unified = unified == "1";
    plan.outputs = outputs == "0" ? -1 : std::stoll(outputs);
    return plan;
  };
  for (const auto& r : truth("llamacpp_memory.csv")) {
    if (r.at(19) != "ok") continue;
    Load load{r[0], r[6], plan_of(r[5], r[6], r[7], r[13], r[14], r[15], r[16])};
    load.plan.format = r[2];
    load.weights = std::stoll(r[8]);
    load.kv_and_state = std::stoll(r[9]) + std::stoll(r[10]);
    load.compute = std::stoll(r[11]);
    all.push_back(load);
  }
  for (const auto& r : truth("engine_loads.csv")) {
    Load load{r.at(0), r[2], plan_of(r[1], r[2], r[3], r[4], r[5], r[6], r[7])};
    load.plan.format = "F16";
    load.weights = std::stoll(r[8]);
    load.kv_and_state = std::stoll(r[9]);
    load.compute = std::stoll(r[10]);
    all.push_back(load);
  }
  return all;
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
