// Is a weight file read whether or not a config.json helps?
#include "catalogue/readers/beside.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Beside, WithoutAConfigTheFileSpeaksAlone) {
  const auto folder = folder_in_memory("f", {});
  ModelFile file;
  file.path = "f/Model.onnx";
  file.parts = {{"Model.onnx", 100, false}, {"data", 0, true}};
  file.parameters = 2'000'000;
  ModelSpec spec = spec_beside(*folder, file);
  EXPECT_FALSE(spec.shape.has_value());
  EXPECT_EQ(file.notes.size(), 1u);
  finish_spec(spec, "Model", file);
  EXPECT_EQ(spec.id, "model");
  EXPECT_EQ(*spec.parameters, 2'000'000);
  EXPECT_EQ(spec.file->total_bytes, 100);
  EXPECT_FALSE(spec.size_class.empty());
  EXPECT_EQ(spec.known_by, KnownBy::reported);
}

TEST(Beside, ABrokenConfigIsANoteAndNoEnd) {
  const auto folder = folder_in_memory("f", {{"config.json", "{"}});
  ModelFile file;
  const ModelSpec spec = spec_beside(*folder, file);
  EXPECT_FALSE(spec.shape.has_value());
  ASSERT_EQ(file.notes.size(), 1u);
  EXPECT_NE(file.notes[0].find("config.json"), std::string::npos);
}

TEST(Beside, NoWeightsAreNotZeroParameters) {
  ModelSpec spec;
  finish_spec(spec, "x", ModelFile{});
  EXPECT_FALSE(static_cast<bool>(spec.parameters));
  EXPECT_FALSE(spec.parameters.why.empty());
}

}  // namespace
}  // namespace weighin
