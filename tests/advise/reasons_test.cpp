// Is the list of reasons closed, documented, and fully in use?
#include "advise/reasons.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(Reasons, CodesAreUniqueWithKnownClasses) {
  std::set<std::string> codes;
  for (const ReasonInfo& info : reason_list()) {
    EXPECT_TRUE(codes.insert(info.code).second) << info.code;
    EXPECT_FALSE(info.meaning.empty()) << info.code;
    std::string rest = info.cls + " | ";
    for (std::size_t at = rest.find(" | "); at != std::string::npos; at = rest.find(" | ")) {
      const std::string cls = rest.substr(0, at);
      EXPECT_TRUE(cls == kPermanent || cls == kUserFixable || cls == kTransient)
          << info.code << ": " << cls;
      rest = rest.substr(at + 3);
    }
  }
  EXPECT_GE(codes.size(), 15u);
}

TEST(Reasons, EachIsDocumentedWithItsClassesAndMeaning) {
  const std::string page = test::slurp(test::source_folder() / "docs/reasons.md");
  std::size_t rows = 0;
  for (std::size_t at = page.find("| `"); at != std::string::npos; at = page.find("| `", at + 1))
    ++rows;
  EXPECT_EQ(rows, reason_list().size()) << "the page has other codes than the list";
  for (const ReasonInfo& info : reason_list()) {
    std::string classes = info.cls;
    for (std::size_t at = classes.find(" | "); at != std::string::npos; at = classes.find(" | "))
      classes.replace(at, 3, ", ");
    EXPECT_NE(page.find("| `" + info.code + "` | " + classes + " | " + info.meaning + " |"),
              std::string::npos)
        << info.code;
  }
}

TEST(Reasons, EachIsGivenSomewhere) {
  std::string sources;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_folder() / "src/advise")) {
    if (entry.path().filename() != "reasons.cpp") sources += test::slurp(entry.path());
  }
  for (const ReasonInfo& info : reason_list()) {
    EXPECT_NE(sources.find("\"" + info.code + "\""), std::string::npos)
        << info.code << " is listed and never given";
  }
}

TEST(Reasons, WhatIsNotListedIsRefused) {
  EXPECT_TRUE(listed(feature_reason("storageReadOnly", kUserFixable, "")));
  EXPECT_FALSE(listed(feature_reason("storageReadOnly", kPermanent, "")));
  EXPECT_FALSE(listed(feature_reason("nonsense", kPermanent, "")));
  EXPECT_TRUE(listed(feature_reason("insufficientMemory", kUserFixable, "")));
}

}  // namespace
}  // namespace weighin
