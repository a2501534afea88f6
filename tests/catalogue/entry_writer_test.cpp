// Is a model that was written as an entry read back as it was?
#include <gtest/gtest.h>

#include "support/support.hpp"
#include "weighin/catalogue.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

TEST(EntryWriter, EveryModelOfTheCatalogueComesBack) {
  const auto path = test::source_folder() / "models.json";
  const Result<Catalogue> catalogue = read_catalogue(test::slurp(path), path.string());
  ASSERT_TRUE(catalogue);
  int count = 0;
  for (const ModelSpec& model : catalogue->models) {
    if (!model.shape || !model.parameters) continue;
    const Result<std::string> text = catalogue_entry(model, model.id);
    ASSERT_TRUE(text) << model.id << ": " << to_text(text.error());
    const Result<Catalogue> again = read_catalogue(*text, "entry");
    ASSERT_TRUE(again) << to_text(again.error());
    ASSERT_EQ(again->models.size(), 1u);
    const ModelSpec& back = again->models.front();
    EXPECT_EQ(back.id, model.id);
    EXPECT_EQ(back.parameters.value, model.parameters.value) << model.id;
    EXPECT_EQ(back.context_max.value, model.context_max.value) << model.id;
    EXPECT_EQ(back.size_class, model.size_class) << model.id;
    ASSERT_TRUE(back.shape) << model.id;
    // Written once more it is the same text: no field of the shape was lost.
    ModelSpec twice = back;
    twice.source = model.source;
    twice.aliases = model.aliases;
    const Result<std::string> second = catalogue_entry(twice, model.id);
    ASSERT_TRUE(second);
    EXPECT_EQ(*second, *text) << model.id;
    ++count;
  }
  EXPECT_GT(count, 190);
}

TEST(EntryWriter, AnIdIsMadeOfTheName) {
  ModelSpec model;
  model.name = "My Model  3.1 (8B)";
  model.source = "here";
  EXPECT_FALSE(catalogue_entry(model)) << "no parameters";
  model.parameters = Known<std::int64_t>::of(8'000'000'000, "counted");
  const Result<std::string> text = catalogue_entry(model);
  ASSERT_TRUE(text) << to_text(text.error());
  EXPECT_NE(text->find("\"my-model-3.1-8b\""), std::string::npos) << *text;
  EXPECT_FALSE(catalogue_entry(model, "no good id!\n"));
}

}  // namespace
}  // namespace weighin
