// Does the shipped catalogue add up, and is a wrong one found out?
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Validate, TheShippedCatalogueIsSound) {
  for (const CatalogueFinding& each : validate(test::catalogue()))
    EXPECT_FALSE(each.fatal) << each.model << " " << each.field << ": " << each.what;
}

TEST(Validate, WrongCountsAndMissingSourcesAreFound) {
  Catalogue wrong;
  wrong.models.push_back(test::model("gemma-2b"));
  wrong.models.push_back(test::model("gemma-2b"));
  wrong.models[0].parameters.value = 1;
  wrong.models[1].source.clear();
  wrong.models[1].variants.push_back({"llama.cpp", "Q9_X", "", 0, ""});
  std::string fields;
  for (const CatalogueFinding& each : validate(wrong)) {
    if (each.fatal) fields += each.field + " ";
  }
  for (const char* field : {"id", "parameters", "sources", "variants"})
    EXPECT_NE(fields.find(field), std::string::npos) << fields;
}

TEST(Validate, DeadAndDoubleReferencesAreFound) {
  Catalogue wrong;
  wrong.models = {test::model("distilbert-base-uncased"), test::model("gemma-2b")};
  wrong.models[1].aliases = {"distilbert", "distilbert-base-uncased"};
  std::string found;
  for (const CatalogueFinding& each : validate(wrong)) {
    if (each.fatal) found += each.model + " " + each.field + ": " + each.what + "\n";
  }
  EXPECT_EQ(found,
            "distilbert-base-uncased distilled_from: bert-base-uncased is not in this catalogue\n"
            "gemma-2b aliases: distilbert-base-uncased is also called distilbert\n"
            "gemma-2b aliases: distilbert-base-uncased is the id of another model\n");
}

}  // namespace
}  // namespace weighin
