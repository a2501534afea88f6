// Does every parameter count fall in exactly one class, and does each class have its reference?
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "support/support.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {
namespace {

TEST(SizeClasses, CoverEveryCountWithoutAGap) {
  const std::vector<SizeClass>& classes = size_classes();
  ASSERT_GE(classes.size(), 14u);
  EXPECT_EQ(classes.front().from, 0);
  EXPECT_EQ(classes.back().to, std::numeric_limits<std::int64_t>::max());
  std::set<std::string> names;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    EXPECT_LT(classes[i].from, classes[i].to) << classes[i].name;
    if (i > 0) {
      EXPECT_EQ(classes[i].from, classes[i - 1].to) << classes[i].name;
    }
    EXPECT_TRUE(names.insert(classes[i].name).second);
    EXPECT_EQ(&size_class_of(classes[i].to), &classes[i]) << "the upper bound belongs to the class";
    if (i > 0) {
      EXPECT_EQ(&size_class_of(classes[i].from), &classes[i - 1]);
    }
  }
  for (double count = 1e6; count <= 2e12; count *= 1.01) {
    const auto parameters = static_cast<std::int64_t>(count);
    const SizeClass& size_class = size_class_of(parameters);
    EXPECT_GT(parameters, size_class.from);
    EXPECT_LE(parameters, size_class.to);
  }
}

TEST(SizeClasses, AClassNameNamesASizeWithinIt) {
  for (const SizeClass& size_class : size_classes()) {
    const std::optional<std::int64_t> size = parse_count(size_class.name);
    ASSERT_TRUE(size) << size_class.name;
    EXPECT_EQ(size_class_of(*size).name, size_class.name);
  }
}

TEST(SizeClasses, HoldTheModelsThatPeopleCallSo) {
  const Result<Catalogue> catalogue =
      read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  const std::vector<std::pair<const char*, const char*>> expected{
      {"smollm2-135m", "100M"}, {"smollm2-360m", "350M"},    {"qwen3-0.6b", "0.5B"},
      {"tinyllama-1.1b", "1B"}, {"qwen2.5-1.5b", "1.5B"},    {"gemma-2b", "2B"},
      {"llama-3.2-3b", "3B"},   {"qwen3-4b", "4B"},          {"mistral-7b-v0.3", "7B"},
      {"llama-3.1-8b", "7B"},   {"gemma-2-9b", "7B"},        {"phi-4", "14B"},
      {"gemma-3-27b", "24B"},   {"qwen3-32b", "32B"},        {"llama-3.3-70b", "70B"},
      {"gpt-oss-120b", "120B"}, {"qwen3-235b-a22b", "235B"}, {"llama-3.1-405b", "400B"},
      {"deepseek-r1", "1T"}};
  for (const auto& [id, size_class] : expected) {
    const Result<ModelSpec> model = find_model(*catalogue, id);
    ASSERT_TRUE(model) << id;
    EXPECT_EQ(model->size_class, size_class) << id;
  }
  for (const SizeClass& size_class : size_classes()) {
    const Result<ModelSpec> reference = find_model(*catalogue, size_class.reference);
    ASSERT_TRUE(reference) << size_class.reference;
    EXPECT_EQ(reference->id, size_class.reference);
    EXPECT_EQ(reference->size_class, size_class.name);
    EXPECT_TRUE(reference->shape) << size_class.reference;
    EXPECT_EQ(reference->modality, "text");
  }
}

TEST(SizeClasses, BoundsLieInTheWidestGapNearby) {
  const Result<Catalogue> catalogue =
      read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  std::vector<double> counts;
  for (const ModelSpec& model : catalogue->models) {
    if (!model.hosted_only && model.modality == "text" && model.parameters)
      counts.push_back(static_cast<double>(*model.parameters));
  }
  std::sort(counts.begin(), counts.end());
  for (const SizeClass& size_class : size_classes()) {
    if (size_class.to == std::numeric_limits<std::int64_t>::max()) continue;
    const auto bound = static_cast<double>(size_class.to);
    double own = 0, widest = 0;
    for (std::size_t i = 1; i < counts.size(); ++i) {
      const double gap = counts[i] / counts[i - 1];
      if (counts[i - 1] <= bound && bound < counts[i]) own = gap;
      // Gaps that begin or end within a tenth of the bound.
      if (counts[i] > bound / 1.1 && counts[i - 1] < bound * 1.1) widest = std::max(widest, gap);
    }
    EXPECT_GT(own, 1.08) << size_class.name << ": a class ends where models are apart";
    EXPECT_GE(own, 0.999 * widest) << size_class.name;
  }
}

}  // namespace
}  // namespace weighin
