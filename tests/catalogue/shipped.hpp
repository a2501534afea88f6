// Which models does the program ship?
#pragma once

#include <gtest/gtest.h>

#include "support/support.hpp"
#include "weighin/catalogue.hpp"

namespace weighin::test {

inline const Catalogue& shipped() {
  static const Catalogue kCatalogue = [] {
    Result<Catalogue> read = read_catalogue(slurp(source_folder() / "models.json"), "models.json");
    EXPECT_TRUE(read) << to_text(read.error());
    return read ? *read : Catalogue{};
  }();
  return kCatalogue;
}

}  // namespace weighin::test
