// Does the page of an estimate show every part, and answer what was asked?
#include <gtest/gtest.h>

#include <sstream>

#include "report/golden.hpp"
#include "report/sample.hpp"
#include "report/screen.hpp"
#include "support/support.hpp"
#include "weighin/units.hpp"

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

ModelSpec model(const std::string& name) {
  const Result<ModelSpec> found = find_model(catalogue(), name);
  EXPECT_TRUE(found) << name;
  return found ? *found : ModelSpec{};
}

void expect_narrow(const std::string& text, std::size_t width) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), width) << line;
}

TEST(EstimateText, Golden) {
  test::expect_golden("estimate_80.txt", estimate_text(test::sample_estimate(), {}));
}

TEST(EstimateText, ExplainsToTheByte) {
  const Result<Estimate> made = estimate(model("llama-3.2-1b"), Plan{});
  ASSERT_TRUE(made);
  const Result<Explanation> explanation = explain(*made);
  ASSERT_TRUE(explanation);
  EstimateAsked asked;
  asked.explanation = &*explanation;
  RenderOptions options;
  options.width = 100;
  const std::string text = estimate_text(*made, options, asked);
  for (const char* needle : {"blk.*.ffn_down.weight", "8192 x 2048", "799 862 912", "= in all",
                             "16 layers x 2048 bytes", "tokenizer"}) {
    EXPECT_NE(text.find(needle), std::string::npos) << needle << "\n" << text;
  }
  expect_narrow(text, 100);
  options.width = 80;
  expect_narrow(estimate_text(*made, options, asked), 80);
  options.width = 60;
  expect_narrow(estimate_text(*made, options, asked), 74);
}

TEST(EstimateText, TellsTheBestFormatAndTheLongestContext) {
  const Result<BestFit> best = fit_in(model("llama-3.1-8b"), Plan{}, 8 * kGiB);
  ASSERT_TRUE(best);
  EstimateAsked asked;
  asked.best_fit = &*best;
  asked.memory_bytes = 8 * kGiB;
  const std::string text = estimate_text(best->estimate, {}, asked);
  EXPECT_NE(text.find("8.0 GiB: Q6_K, context up to"), std::string::npos) << text;
  expect_narrow(text, 80);

  const Result<LongestContext> none = max_context(model("llama-3.1-70b"), Plan{}, 8 * kGiB);
  ASSERT_TRUE(none);
  EstimateAsked longest;
  longest.longest_context = &*none;
  longest.memory_bytes = 8 * kGiB;
  EXPECT_NE(estimate_text(none->estimate, {}, longest).find("none: 8.0 GiB do not hold it"),
            std::string::npos);
}

TEST(EstimateText, SaysWhatCanBeDroppedAndWhatLiesOnGpus) {
  Plan plan;
  plan.gpu_layers = -1;
  plan.gpu_shares = {1.0, 1.0};
  const Result<Estimate> split = estimate(model("llama-3.1-8b"), plan);
  ASSERT_TRUE(split);
  const std::string text = estimate_text(*split, {});
  EXPECT_NE(text.find("GPU 1"), std::string::npos) << text;
  EXPECT_NE(text.find("GPU context"), std::string::npos);
  const Result<Estimate> cpu = estimate(model("llama-3.1-8b"), Plan{});
  ASSERT_TRUE(cpu);
  EXPECT_NE(estimate_text(*cpu, {}).find("held until the end"), std::string::npos);
}

}  // namespace
}  // namespace weighin
