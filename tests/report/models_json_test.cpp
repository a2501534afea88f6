// Does the catalogue's JSON carry every fact with its source, and never a made-up one?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "weighin/report.hpp"

namespace weighin {
namespace {

ModelSpec sample_model() {
  ModelSpec model;
  model.id = "gemma-2b";
  model.name = "Gemma 2B";
  model.repository = "google/gemma-2b";
  model.size_class = "2B";
  model.parameters = Known<std::int64_t>::of(2506172416, "the model's page", KnownBy::published);
  model.license = Known<std::string>::unknown(Status::unsupported, "nobody looked");
  model.shape = Shape{};
  model.shape->kind = "decoder";
  model.shape->architecture = "gemma";
  model.shape->layers = 18;
  return model;
}

TEST(ModelsJson, CarriesFactsWithTheirSources) {
  const auto document = nlohmann::json::parse(models_json({sample_model()}));
  EXPECT_EQ(document["schema"], "weighin/models/1");
  const auto& model = document["models"][0];
  EXPECT_EQ(model["parameters"], 2506172416);
  EXPECT_EQ(model["facts"]["parameters"]["source"], "the model's page");
  EXPECT_EQ(model["facts"]["license"]["why"], "nobody looked");
  EXPECT_EQ(model["shape"]["layers"], 18);
  EXPECT_FALSE(model["shape"].contains("heads")) << "what a shape has not is not written as 0";
}

TEST(ModelsJson, AHostedModelIsAnAnswer) {
  ModelSpec model;
  model.id = "gpt-4";
  model.hosted_only = true;
  const auto document = nlohmann::json::parse(not_downloadable_json(model, Plan{}));
  EXPECT_EQ(document["verdict"], "not-downloadable");
  EXPECT_EQ(document["download_bytes"]["status"], "unsupported");
  EXPECT_EQ(document["model"]["parameters"]["status"], "unsupported");
}

TEST(ModelsJson, FindingsAreCounted) {
  Catalogue catalogue;
  catalogue.source = "models.json";
  const auto document = nlohmann::json::parse(findings_json(
      catalogue, {{"a", "parameters", "wrong", true}, {"b", "license", "unverified", false}}));
  EXPECT_EQ(document["wrong"], 1);
  EXPECT_EQ(document["findings"].size(), 2u);
}

TEST(ModelsJson, EvidenceIsWrittenEvenWhereItIsNotText) {
  const auto document = nlohmann::json::parse(
      evidence_json({{"read /proc/x", true, "\xff\xfe", 0.1}}, DeviceProfile{}));
  EXPECT_EQ(document["evidence_log"][0]["question"], "read /proc/x");
  EXPECT_TRUE(document["device"].is_object());
}

}  // namespace
}  // namespace weighin
