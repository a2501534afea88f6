// Does a text agree with the one kept in tests/golden?
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/support.hpp"

namespace weighin::test {

/// Compares with tests/golden/NAME; WEIGHIN_UPDATE_GOLDEN=1 writes it anew (look at the change
/// first).
inline void expect_golden(const std::string& name, const std::string& text) {
  const auto path = source_folder() / "tests/golden" / name;
  const char* update = std::getenv("WEIGHIN_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(slurp(path), text) << "tests/golden/" << name;
}

}  // namespace weighin::test
