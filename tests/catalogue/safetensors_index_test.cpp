// Does an index name only plain files beside it?
#include "catalogue/readers/safetensors_index.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weighin::catalogue {
namespace {

Result<SafetensorsIndex> read(const std::string& text) {
  const auto source = bytes_in_memory("f/model.safetensors.index.json", text);
  return read_safetensors_index(*source);
}

TEST(SafetensorsIndex, KnowsWhichShardHoldsWhat) {
  const auto index = read(
      R"({"metadata": {"total_size": 12, "more": [1, {"a": null}]}, "weight_map": {
          "b": "model-2.safetensors", "a": "model-1.safetensors", "c": "model-2.safetensors"}})");
  ASSERT_TRUE(index.ok()) << index.error().what;
  EXPECT_EQ(index->shards,
            (std::vector<std::string>{"model-1.safetensors", "model-2.safetensors"}));
  EXPECT_EQ(index->count_in(0), 1u);
  EXPECT_EQ(index->count_in(1), 2u);
  EXPECT_TRUE(index->holds("c", 1));
  EXPECT_FALSE(index->holds("c", 0));
  EXPECT_FALSE(index->holds("d", 1));
}

TEST(SafetensorsIndex, HostileOnesAreRefused) {
  std::string many = R"({"weight_map": {)";
  for (int i = 0; i < 12'000; ++i)
    many += fmt::format("{}\"t{}\": \"{}.safetensors\"", i == 0 ? "" : ",", i, i);
  many += "}}";
  for (const std::string& text :
       std::vector<std::string>{"[]",
                                "{}",
                                R"({"weight_map": {}})",
                                R"({"weight_map": []})",
                                R"({"weight_map": "x"})",
                                R"({"weight_map": 1})",
                                R"({"weight_map": {"a": 1}})",
                                R"({"weight_map": {"a": {}}})",
                                R"({"weight_map": {"a": ["b"]}})",
                                R"({"weight_map": {"a": null}})",
                                R"({"weight_map": {"a": "../a.safetensors"}})",
                                R"({"weight_map": {"a": "/etc/a.safetensors"}})",
                                R"({"weight_map": {"a": "sub/a.safetensors"}})",
                                R"({"weight_map": {"a": "..\\a.safetensors"}})",
                                R"({"weight_map": {"a": "a\u0000.safetensors"}})",
                                R"({"weight_map": {"a": ""}})",
                                R"({"weight_map": {"a": "pytorch_model.bin"}})",
                                R"({"weight_map": {"a": "1.safetensors", "a": "2.safetensors"}})",
                                R"({"weight_map": {"a": "1.safetensors"}, "weight_map": {}})",
                                "{\"weight_map\": {\"a",
                                many}) {
    const auto index = read(text);
    ASSERT_FALSE(index.ok()) << text.substr(0, 60);
    EXPECT_EQ(index.error().kind, ErrorKind::data);
    EXPECT_NE(index.error().what.find("index.json"), std::string::npos) << index.error().what;
    EXPECT_FALSE(index.error().hint.empty());
  }
}

TEST(SafetensorsIndex, SiblingsAreToldByTheName) {
  const auto all = shards_by_name("model-00002-of-00003.safetensors");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], "model-00001-of-00003.safetensors");
  EXPECT_EQ(all[2], "model-00003-of-00003.safetensors");
  for (const char* other :
       {"model.safetensors", "model-00000-of-00003.safetensors", "-00001-of-00002.safetensor",
        "model-00004-of-00003.safetensors", "model-0001-of-0003.safetensors",
        "model-00001-of-99999.safetensors", "model-000x1-of-00003.safetensors"})
    EXPECT_TRUE(shards_by_name(other).empty()) << other;
}

}  // namespace
}  // namespace weighin::catalogue
