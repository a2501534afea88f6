// Is a catalogue read whole, or refused with file, line, model and field?
#include "weighin/catalogue.hpp"

#include <gtest/gtest.h>

#include "catalogue/shipped.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

std::string document(const std::string& models) {
  return "{\"schema\": \"weighin/catalogue/1\",\n\"models\": [\n" + models + "\n]}\n";
}

// A right model, at line 3 of document(); its fields at line 4.
std::string model(const std::string& fields, const std::string& id = "m-1b") {
  return "{\"id\": \"" + id + "\", \"name\": \"M\",\n" + fields + "}";
}
const std::string kRight = R"("parameters": 1000000000, "sources": ["a card"])";

TEST(Catalogue, TakesEveryFact) {
  const Result<Catalogue> read =
      read_catalogue(document(R"({"id": "m-8x1b", "name": "M 8x1B", "family": "m",
    "modality": "text", "repository": "o/M-8x1B", "aliases": ["m", "m8"],
    "parameters": 6000000000, "active_parameters": 2000000000, "context_max": 8192, "native_dtype": "bfloat16",
    "published_parameters": [{"count": 6000000000, "counts": "text/unique weights", "source": "card A"},
                             {"count": 6500000000, "counts": "with vision tower", "source": "card B"}],
    "extra_parameters": [{"what": "vision tower", "count": 500000000}],
    "license": {"value": "mit", "source": "memory", "verified": false},
    "release": {"value": "2024-02", "source": "hub"},
    "languages": {"value": "en, de", "source": "card"},
    "adapters": [{"name": "m-lora", "repository": "o/m-lora", "rank": 16, "source": "card"}],
    "shape": {"kind": "decoder", "architecture": "llama", "layers": 2, "hidden": 64, "vocab": 100},
    "sources": ["config.json", "paper"], "note": "a note",
    "variants": [{"runtime": "llama.cpp", "format": "Q4_K_M", "bytes": 123, "file": "m.gguf", "source": "hub"}],
    "a_key_of_a_later_version": true})"),
                     "m.json");
  ASSERT_TRUE(read) << to_text(read.error());
  ASSERT_EQ(read->models.size(), 1u);
  EXPECT_EQ(read->source, "m.json");
  const ModelSpec& m = read->models[0];
  EXPECT_EQ(m.id, "m-8x1b");
  EXPECT_EQ(m.repository, "o/M-8x1B");
  EXPECT_EQ(m.aliases.size(), 2u);
  EXPECT_EQ(m.size_class, "7B");
  EXPECT_EQ(*m.parameters, 6000000000);
  EXPECT_EQ(m.parameters.known_by, KnownBy::published);
  EXPECT_EQ(m.parameters.source, "card A");
  ASSERT_EQ(m.parameters.others.size(), 1u);
  EXPECT_EQ(m.parameters.others[0].source, "card B");
  EXPECT_EQ(m.parameters.others[0].value, "6500000000 (with vision tower)");
  EXPECT_EQ(*m.active_parameters, 2000000000);
  EXPECT_EQ(*m.context_max, 8192);
  EXPECT_EQ(*m.license, "mit");
  EXPECT_EQ(m.license.confidence, Confidence::low);
  EXPECT_EQ(m.license.why, "not verified");
  EXPECT_EQ(m.release.confidence, Confidence::high);
  EXPECT_EQ(*m.languages, "en, de");
  EXPECT_EQ(m.languages.source, "card");
  ASSERT_EQ(m.adapters.size(), 1u);
  EXPECT_EQ(m.adapters[0].name, "m-lora");
  EXPECT_EQ(m.adapters[0].repository, "o/m-lora");
  EXPECT_EQ(m.adapters[0].rank, 16);
  EXPECT_EQ(m.adapters[0].source, "card");
  EXPECT_EQ(m.source, "config.json; paper");
  EXPECT_EQ(m.note, "a note");
  ASSERT_TRUE(m.shape);
  EXPECT_EQ(m.shape->context_max, 8192);
  ASSERT_EQ(m.variants.size(), 1u);
  EXPECT_EQ(m.variants[0].bytes, 123);
  ASSERT_EQ(m.extra.size(), 1u);
  EXPECT_EQ(m.known_by, KnownBy::published);
}

TEST(Catalogue, ACountThatNobodyPublishedIsComputed) {
  const Result<Catalogue> read = read_catalogue(
      document(model(
          kRight +
          R"(, "published_parameters": [{"count": 999, "counts": "rounded", "source": "card"}])")),
      "m");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->models[0].parameters.known_by, KnownBy::computed);
  EXPECT_EQ(read->models[0].parameters.others.size(), 1u);
  EXPECT_EQ(*read->models[0].active_parameters, 1000000000);
  EXPECT_EQ(read->models[0].family, "m-1b");
}

TEST(Catalogue, AHostedModelHasNoSizeAndNoClass) {
  const Result<Catalogue> read = read_catalogue(
      document(model(
          R"("hosted_only": true, "parameters": {"status": "unsupported", "why": "not disclosed"}, "sources": ["x"])")),
      "m");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_TRUE(read->models[0].hosted_only);
  EXPECT_FALSE(read->models[0].parameters);
  EXPECT_EQ(read->models[0].parameters.why, "not disclosed");
  EXPECT_FALSE(read->models[0].active_parameters);
  EXPECT_EQ(read->models[0].size_class, "");
  EXPECT_FALSE(read->models[0].shape);
}

struct Broken {
  std::string text;
  int line;
  const char* what;
};
class BrokenCatalogue : public testing::TestWithParam<Broken> {};

TEST_P(BrokenCatalogue, SaysFileLineModelAndField) {
  const Result<Catalogue> read = read_catalogue(GetParam().text, "c.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::data);
  EXPECT_EQ(read.error().where, "c.json:" + std::to_string(GetParam().line)) << read.error().what;
  EXPECT_NE(read.error().what.find(GetParam().what), std::string::npos) << read.error().what;
  EXPECT_FALSE(read.error().hint.empty()) << read.error().what;
}

Broken in_model(const std::string& fields, int line, const char* what) {
  return {document(model(fields)), line, what};
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenCatalogue,
    testing::Values(
        Broken{"", 1, "empty"}, Broken{"[]", 1, "the document is a list, not an object"},
        Broken{"{}", 1, "the catalogue: \"schema\" is missing"},
        Broken{"{\"schema\": \"weighin/catalogue/2\", \"models\": []}", 1,
               "not \"weighin/catalogue/1\""},
        Broken{"{\n\"schema\": 1, \"models\": []}", 2, "\"schema\" is a whole number, not a text"},
        Broken{"{\"schema\": \"weighin/catalogue/1\"}", 1, "\"models\" is missing"},
        Broken{"{\"schema\": \"weighin/catalogue/1\",\n\"models\": {}}", 2,
               "\"models\" is an object, not a list"},
        Broken{"{\"schema\": \"weighin/catalogue/1\",\n\"models\": [\n7]}", 3,
               "an entry of \"models\" is a whole number"},
        Broken{document(model(kRight) + "\n,\n" + model(kRight)), 6,
               "the id \"m-1b\" stands twice"},
        Broken{document(model(kRight + ",\n\"family\": \"a\",\n\"family\": \"b\"")), 6,
               "\"family\" stands twice"},
        Broken{document("{\"name\": \"M\"}"), 3, "a model without an id: \"id\" is missing"},
        Broken{document(model(kRight, "Big M")), 3, "\"id\" may hold only a-z"},
        Broken{document("{\"id\": \"m\", " + kRight + "}"), 3, "model \"m\": \"name\" is missing"},
        in_model("\"sources\": [\"x\"]", 3, "\"parameters\" is missing"),
        in_model("\"parameters\": 5", 3, "\"sources\" is missing"),
        in_model("\"parameters\": 5, \"sources\": []", 4, "\"sources\" is missing"),
        in_model("\"parameters\": \"7B\", \"sources\": [\"x\"]", 4,
                 "\"parameters\" is a text, not a whole number"),
        in_model("\"parameters\": 0, \"sources\": [\"x\"]", 4, "\"parameters\" is 0"),
        in_model("\"parameters\": -5, \"sources\": [\"x\"]", 4, "\"parameters\" is -5"),
        in_model("\"parameters\": 1e9, \"sources\": [\"x\"]", 4,
                 "\"parameters\" is a number that is not whole"),
        in_model("\"parameters\": null, \"sources\": [\"x\"]", 4, "\"parameters\" is null"),
        in_model("\"parameters\": 99999999999999999999, \"sources\": [\"x\"]", 4,
                 "\"parameters\" is a number"),
        in_model(kRight + ",\n\"active_parameters\": 1000000001", 5,
                 "more active parameters than parameters"),
        in_model(kRight + ",\n\"context_max\": \"8k\"", 5,
                 "model \"m-1b\": \"context_max\" is a text"),
        in_model(kRight + ",\n\"licence\": \"mit\"", 5,
                 "\"licence\" is no field that is known here"),
        in_model(kRight + ",\n\"license\": {\"value\": \"mit\"}", 5, "\"source\" is missing"),
        in_model(kRight + ",\n\"aliases\": \"m\"", 5, "\"aliases\" is a text, not a list"),
        in_model(kRight + ",\n\"aliases\": [\n1]", 6, "an entry of \"aliases\" is a whole number"),
        in_model(kRight + ",\n\"hosted_only\": 1", 5, "\"hosted_only\" is a whole number"),
        in_model(kRight + ",\n\"hosted_only\": true, \"repository\": \"o/m\"", 5,
                 "nothing to download"),
        in_model(kRight + ",\n\"shape\": []", 5, "\"shape\" is a list, not an object"),
        in_model(kRight + ",\n\"shape\": {\"kind\": \"decoder\",\n\"layers\": -1}", 6,
                 "\"layers\" is -1"),
        in_model(kRight + ",\n\"shape\": {\"kind\": \"decoder\",\n\"layer\": 1}", 6,
                 "\"layer\" is no field"),
        in_model(kRight + ",\n\"variants\": [\n{\"runtime\": \"llama.cpp\"}]", 6,
                 "\"format\" is missing"),
        in_model(kRight + ",\n\"variants\": [{\"runtime\": \"r\", \"format\": \"f\", \"source\": "
                          "\"s\",\n\"bytes\": -3}]",
                 6, "\"bytes\" is -3"),
        in_model(kRight + ",\n\"published_parameters\": [3]", 5,
                 "an entry of \"published_parameters\" is a whole number"),
        in_model(kRight + ",\n\"published_parameters\": [{\"count\": 3, \"source\": \"s\"}]", 5,
                 "\"counts\" is missing")));

TEST(Catalogue, AnOverlayReplacesAndAdds) {
  const Catalogue base =
      *read_catalogue(document(model(kRight, "a") + "," + model(kRight, "b")), "base.json");
  const Catalogue over =
      *read_catalogue(document(model(R"("parameters": 2000000000, "sources": ["mine"])", "b") +
                               "," + model(kRight, "c")),
                      "over.json");
  const Catalogue both = overlay(base, over);
  ASSERT_EQ(both.models.size(), 3u);
  EXPECT_EQ(both.models[0].id, "a");
  EXPECT_EQ(both.models[1].id, "b");
  EXPECT_EQ(*both.models[1].parameters, 2000000000);
  EXPECT_EQ(both.models[2].id, "c");
  EXPECT_EQ(both.source, "base.json + over.json");
}

TEST(ShippedCatalogue, HoldsEveryModelWithItsSources) {
  int open = 0, hosted = 0, unlicensed = 0;
  for (const ModelSpec& m : test::shipped().models) {
    EXPECT_FALSE(m.source.empty()) << m.id;
    if (m.hosted_only) {
      ++hosted;
      EXPECT_FALSE(m.shape) << m.id;
      EXPECT_TRUE(m.variants.empty()) << m.id;
      continue;
    }
    ++open;
    EXPECT_TRUE(m.shape && m.parameters) << m.id;
    EXPECT_FALSE(m.repository.empty()) << m.id;
    EXPECT_FALSE(m.size_class.empty()) << m.id;
    EXPECT_FALSE(m.shape->tokenizer.empty()) << m.id;
    // What nobody has verified must not look verified.
    if (!m.license) {
      // No source at hand names it: said to be not known, and kept to a few.
      EXPECT_FALSE(m.license.why.empty()) << m.id;
      ++unlicensed;
    }
    if (m.license.source.find("not re-verified") != std::string::npos) {
      EXPECT_EQ(m.license.known_by, KnownBy::assumed) << m.id;
      EXPECT_EQ(m.license.confidence, Confidence::low) << m.id;
    }
    for (const Variant& variant : m.variants) {
      EXPECT_FALSE(variant.source.empty()) << m.id;
      // No file is larger than its weights in 32 bits, nor below 1.5 bits a weight.
      EXPECT_LT(variant.bytes, *m.parameters * 5) << m.id << " " << variant.format;
      EXPECT_GT(variant.bytes, *m.parameters / 6) << m.id << " " << variant.format;
    }
  }
  EXPECT_GE(open, 199);
  EXPECT_GE(hosted, 20);
  EXPECT_LE(unlicensed, open / 50);
}

TEST(Catalogue, WhatNoCommandShowsIsCheckedAllTheSame) {
  EXPECT_TRUE(read_catalogue(document(model(kRight + R"(, "languages": "en, de")")), "m.json"));
  for (const char* wrong : {R"(, "languages": 5)", R"(, "adapters": [{"name": "a"}])",
                            R"(, "adapters": [{"name": "a", "source": "s", "rank": 0}])",
                            R"(, "adapters": [{"name": "a", "source": "s", "size": 1}])"}) {
    EXPECT_FALSE(read_catalogue(document(model(kRight + wrong)), "m.json")) << wrong;
  }
}

TEST(ShippedCatalogue, IsOrderedByFamilyAndSize) {
  const std::vector<ModelSpec>& models = test::shipped().models;
  for (std::size_t i = 1; i < models.size(); ++i) {
    if (models[i].hosted_only || models[i - 1].hosted_only) continue;
    EXPECT_LE(models[i - 1].family, models[i].family) << models[i].id;
    if (models[i - 1].family == models[i].family) {
      EXPECT_LE(*models[i - 1].parameters, *models[i].parameters) << models[i].id;
    }
  }
}

TEST(ShippedCatalogue, KnowsWhatAPublishedCountCounts) {
  const Result<ModelSpec> gemma = find_model(test::shipped(), "gemma-3-4b");
  ASSERT_TRUE(gemma);
  EXPECT_EQ(*gemma->parameters, 3880263168);
  bool with_vision = false;
  for (const PublishedCount& count : gemma->published) {
    if (count.count == 4300079472) with_vision = count.counts.find("vision") != std::string::npos;
  }
  EXPECT_TRUE(with_vision);
  ASSERT_EQ(gemma->extra.size(), 1u);
  EXPECT_EQ(gemma->extra[0].parameters, 419816304);
}

}  // namespace
}  // namespace weighin
