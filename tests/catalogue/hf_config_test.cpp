// Does a config.json give the same shape as the catalogue, for every model that we have one of?
#include "catalogue/readers/hf_config.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "catalogue/shape_difference.hpp"
#include "support/support.hpp"

namespace weighin::catalogue {
namespace {

const Catalogue& known_models() {
  static const Result<Catalogue> read =
      read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
  return *read;
}

// Where a model's page says another length of context than its config, the page stands in the
// catalogue.
TEST(HfConfig, GivesTheShapeOfTheCatalogue) {
  const auto configs = nlohmann::json::parse(
      test::slurp(test::source_folder() / "tests" / "catalogue" / "configs" / "models.json"));
  std::size_t compared = 0;
  for (const auto& [id, config] : configs.items()) {
    const Result<HfConfig> read = read_hf_config(config.dump(), id);
    ASSERT_TRUE(read.ok()) << id << ": " << read.error().what;
    ASSERT_TRUE(read->shape) << id;
    EXPECT_FALSE(read->assumed) << id;
    const Result<ModelSpec> model = find_model(known_models(), id);
    ASSERT_TRUE(model.ok()) << id;
    const bool page =
        id == "command-r7b" || id == "mamba-codestral-7b-v0.1" || id == "rwkv7-world-1.5b";
    EXPECT_EQ(test::difference(*read->shape, *model->shape, page ? " context_max " : ""), "") << id;
    ++compared;
  }
  EXPECT_GE(compared, 199u);
}

}  // namespace
}  // namespace weighin::catalogue
