// How near does the prediction come on GPUs that nobody here owns?
//
// Public figures of llama.cpp's Vulkan backend (published_gpu_speeds.csv: facts, each with its
// source; builds of 2025 or later, the whole model on one GPU, 128 tokens or more written). No
// kernel of ours ran on those GPUs: what it would measure is put in from the nominal bandwidth of
// the memory, of which a plain read and a good matrix-vector kernel reach about 0.9. What is tested
// is so the method, not the measurement. Rows called "seen" were looked at when the constants of
// src/advise/gpu_rates.cpp were chosen; "held" not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <sstream>

#include "advise/devices.hpp"
#include "advise/place.hpp"

namespace weighin {
namespace {

constexpr double kReached = 0.9;

struct PublishedRow {
  std::string set, gpu, model, format, source;
  double bandwidth = 0.0, measured = 0.0;
  std::int64_t depth = 0;
  Range predicted;
  double error() const { return predicted.mid / measured - 1; }
  bool inside() const { return predicted.low <= measured && measured <= predicted.high; }
};

std::vector<PublishedRow> rows() {
  std::istringstream in(
      test::slurp(test::source_folder() / "tests/advise/published_gpu_speeds.csv"));
  std::vector<PublishedRow> all;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream words(line);
    for (std::string word; std::getline(words, word, ',');) cells.push_back(word);
    EXPECT_EQ(cells.size(), 9u) << line;
    if (cells.size() != 9) continue;
    PublishedRow row;
    row.set = cells[0];
    row.gpu = cells[1];
    row.model = cells[3];
    row.format = cells[4];
    row.source = cells[8];
    row.bandwidth = std::stod(cells[2]);
    row.depth = std::stoll(cells[5]);
    row.measured = std::stod(cells[6]);
    all.push_back(row);
  }
  return all;
}

Measurements of_nominal(double gb_per_second) {
  Measurements made = test::rates(kReached * gb_per_second, "gpu0");
  for (Measurement& each : made.list) each.isa = "vulkan";
  return made;
}

bool predict(PublishedRow& row) {
  Plan plan;
  plan.format = row.format;
  plan.gpu_layers = -1;
  const Result<Estimate> made = estimate(test::model(row.model), plan);
  EXPECT_TRUE(made) << row.model << " " << row.format << ": "
                    << (made ? "" : to_text(made.error()));
  if (!made) return false;
  Placement placement;
  placement.place = "gpu0";
  placement.estimate = *made;
  SpeedQuestion question = question_of(placement);
  question.depth = row.depth + 64;
  const Speeds speeds = predict_speeds(made->token, question, of_nominal(row.bandwidth));
  EXPECT_TRUE(speeds.decode) << speeds.decode.why;
  if (!speeds.decode) return false;
  row.predicted = speeds.decode->range;
  return true;
}

struct Summary {
  std::size_t rows = 0;
  double median = 0, ninety = 0, worst = 0, inside = 0;
};

Summary summary_of(const std::vector<PublishedRow>& all, std::string_view set) {
  std::vector<double> errors;
  Summary made;
  for (const PublishedRow& row : all) {
    if (set != "all" && row.set != set) continue;
    errors.push_back(100 * std::abs(row.error()));
    made.inside += row.inside() ? 1 : 0;
  }
  if (errors.empty()) return made;
  std::sort(errors.begin(), errors.end());
  made.rows = errors.size();
  made.median = errors[errors.size() / 2];
  made.ninety = errors[std::min(errors.size() - 1, errors.size() * 9 / 10)];
  made.worst = errors.back();
  made.inside *= 100.0 / static_cast<double>(errors.size());
  return made;
}

TEST(PublishedGpuSpeeds, DecodeFromTheNominalBandwidth) {
  std::vector<PublishedRow> all = rows();
  ASSERT_GE(all.size(), 40u);
  std::cout << "| set | GPU | GB/s | model | format | depth | measured | predicted | error |\n"
               "|---|---|---:|---|---|---:|---:|---|---:|\n";
  for (PublishedRow& row : all) {
    ASSERT_TRUE(predict(row));
    std::cout << fmt::format(
        "| {} | {} | {:g} | {} | {} | {} | {:.1f} | {:.1f} ({:.1f} to {:.1f}) "
        "| {:+.0f} %{} |\n",
        row.set, row.gpu, row.bandwidth, row.model, row.format, row.depth, row.measured,
        row.predicted.mid, row.predicted.low, row.predicted.high, 100 * row.error(),
        row.inside() ? "" : " *");
  }
  std::cout << "\n| set | rows | median error | 90th percentile | worst | inside the range |\n"
               "|---|---:|---:|---:|---:|---:|\n";
  for (const char* set : {"seen", "held", "all"}) {
    const Summary made = summary_of(all, set);
    std::cout << fmt::format("| {} | {} | {:.0f} % | {:.0f} % | {:.0f} % | {:.0f} % |\n", set,
                             made.rows, made.median, made.ninety, made.worst, made.inside);
  }
  const Summary held = summary_of(all, "held");
  EXPECT_GE(held.rows, 25u);
  EXPECT_LE(held.median, 20.0) << "the method has grown worse";
  EXPECT_GE(held.inside, 60.0);
}

// Two RX 7900 XTX (960 GB/s each) by layers: 34.50 tokens a second with 15.48 GiB of Qwen3.5-27B in
// Q4_K_M (github.com/ggml-org/llama.cpp/pull/25051, June 2026). The one public figure of its kind.
TEST(PublishedGpuSpeeds, TwoGpusByLayers) {
  Plan plan;
  plan.gpu_layers = -1;
  plan.gpu_shares = {1, 1};
  const Result<Estimate> made = estimate(test::model("qwen3.5-27b"), plan);
  ASSERT_TRUE(made);
  Placement placement;
  placement.place = "gpu0+gpu1";
  placement.estimate = *made;
  SpeedQuestion question = question_of(placement);
  ASSERT_EQ(question.parts.size(), 2u);
  question.depth = 64;
  Measurements both = of_nominal(960);
  for (Measurement each : of_nominal(960).list) {
    each.place = "gpu1";
    both.list.push_back(each);
  }
  const Speeds speeds = predict_speeds(made->token, question, both);
  ASSERT_TRUE(speeds.decode) << speeds.decode.why;
  std::cout << fmt::format("two RX 7900 XTX: 34.5 measured, {:.1f} ({:.1f} to {:.1f}) predicted\n",
                           speeds.decode->range.mid, speeds.decode->range.low,
                           speeds.decode->range.high);
  EXPECT_NEAR(speeds.decode->range.mid / 34.50, 1.0, 0.35);
}

}  // namespace
}  // namespace weighin
