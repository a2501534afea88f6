// Is models.json found where the program was put?
#include <gtest/gtest.h>
#include <stdlib.h>

#include "support/fake_host.hpp"
#include "support/support.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {
namespace {

std::string catalogue_with(const std::string& id) {
  return "{\"schema\": \"weighin/catalogue/1\", \"models\": [{\"id\": \"" + id +
         "\", \"name\": \"M\", \"parameters\": 1000000, \"sources\": [\"a test\"]}]}";
}

std::string found(const test::FakeHost& host, const std::string& program) {
  const Result<Catalogue> catalogue = default_catalogue(host, program);
  return catalogue ? catalogue->models.at(0).id + " of " + catalogue->source
                   : to_text(catalogue.error());
}

TEST(DefaultCatalogue, TheVariableComesFirst) {
  test::FakeHost host;
  host.files["/mine.json"] = catalogue_with("mine");
  host.files["/usr/bin/models.json"] = catalogue_with("beside");
  EXPECT_EQ(found(host, "/usr/bin/weighin"), "beside of /usr/bin/models.json");
  host.variables["WEIGHIN_CATALOGUE"] = "";
  EXPECT_EQ(found(host, "/usr/bin/weighin"), "beside of /usr/bin/models.json");
  host.variables["WEIGHIN_CATALOGUE"] = "/mine.json";
  EXPECT_EQ(found(host, "/usr/bin/weighin"), "mine of /mine.json");
  host.variables["WEIGHIN_CATALOGUE"] = "/absent.json";
  const Result<Catalogue> absent = default_catalogue(host, "/usr/bin/weighin");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::no_input);
  EXPECT_NE(absent.error().hint.find("WEIGHIN_CATALOGUE"), std::string::npos);
}

TEST(DefaultCatalogue, InstalledBesideOrInShare) {
  test::FakeHost host;
  host.files["/usr/local/share/weighin/models.json"] = catalogue_with("installed");
  EXPECT_EQ(found(host, "/usr/local/bin/weighin"),
            "installed of /usr/local/share/weighin/models.json");
  host.files["/usr/local/bin/models.json"] = catalogue_with("beside");
  EXPECT_EQ(found(host, "/usr/local/bin/weighin"), "beside of /usr/local/bin/models.json");
}

TEST(DefaultCatalogue, InABuildTreeTheCheckoutAbove) {
  test::FakeHost host;
  host.files["/src/weighin/models.json"] = catalogue_with("checkout");
  host.files["/src/weighin/build/dev/weighin"] = "the program";
  EXPECT_NE(found(host, "/src/weighin/build/dev/weighin").find("no catalogue was found"),
            std::string::npos);
  host.files["/src/weighin/CMakeLists.txt"] = "project(weighin)";
  EXPECT_EQ(found(host, "/src/weighin/build/dev/weighin"), "checkout of /src/weighin/models.json");
}

TEST(DefaultCatalogue, ThisBuildFindsItsOwn) {
  const std::string program = WEIGHIN_PROGRAM;
  if (!program.starts_with(test::source_folder().string() + "/build/")) {
    GTEST_SKIP() << "not built below the checkout";
  }
  unsetenv("WEIGHIN_CATALOGUE");
  const Result<Catalogue> own = default_catalogue(*live_host(), program);
  ASSERT_TRUE(own) << to_text(own.error());
  EXPECT_EQ(own->source, (test::source_folder() / "models.json").string());
  EXPECT_GE(own->models.size(), 230u);
}

TEST(DefaultCatalogue, ABrokenOneIsToldNotPassedOver) {
  test::FakeHost host;
  host.files["/usr/bin/models.json"] = "{\n  oops\n}";
  host.files["/usr/share/weighin/models.json"] = catalogue_with("installed");
  const Result<Catalogue> broken = default_catalogue(host, "/usr/bin/weighin");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::data);
  EXPECT_EQ(broken.error().where, "/usr/bin/models.json:2");
}

TEST(DefaultCatalogue, NoneIsAMissingInput) {
  const test::FakeHost host;
  for (const char* program : {"/usr/bin/weighin", "weighin", "", "/weighin"}) {
    const Result<Catalogue> none = default_catalogue(host, program);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::no_input);
    EXPECT_FALSE(none.error().hint.empty());
  }
}

}  // namespace
}  // namespace weighin
