// Is a model called by where it lies?
#include <gtest/gtest.h>

#include "catalogue/readers/hf_config.hpp"

namespace weighin::catalogue {
namespace {

TEST(HfSpec, NamesComeFromThePlace) {
  EXPECT_EQ(name_from_place("/c/hub/models--google--gemma-2b/snapshots/12ab", "config.json"),
            "google/gemma-2b");
  EXPECT_EQ(name_from_place("/home/u/Qwen3-8B/", "model.safetensors"), "Qwen3-8B");
  EXPECT_EQ(name_from_place("/home/u/x", "tiny.safetensors"), "tiny");
  EXPECT_EQ(name_from_place(".", "model.safetensors"), "model");
  EXPECT_EQ(name_from_place("", "config.json"), "model");
  EXPECT_EQ(name_from_place("/c/models--/x", "config.json"), "x");
}

TEST(HfSpec, AnIdHoldsOnlyWhatAnIdMay) {
  const auto folder = folder_in_memory("/m/My Model (v2)", {});
  HfConfig config;
  const ModelSpec model = spec_of(config, *folder, "config.json", "p");
  EXPECT_EQ(model.id, "my-model--v2-");
  EXPECT_EQ(model.name, "My Model (v2)");
  EXPECT_FALSE(model.parameters);
  EXPECT_FALSE(model.license);
  EXPECT_FALSE(model.parameters.why.empty());
}

}  // namespace
}  // namespace weighin::catalogue
