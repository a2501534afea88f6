// Does a text agree with the one kept in tests/golden?
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
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
  const std::string kept = slurp(path);
  if (kept == text) return;
  std::size_t line = 1, at = 0;
  while (at < std::min(kept.size(), text.size()) && kept[at] == text[at])
    line += kept[at++] == '\n' ? 1 : 0;
  const auto rest = [&](const std::string& from) {
    const std::size_t start = at == 0 ? 0 : from.rfind('\n', at - 1) + 1;
    return from.substr(start, from.find('\n', start) - start);
  };
  ADD_FAILURE() << "tests/golden/" << name << ":" << line << " was\n"
                << rest(kept) << "\nand is\n"
                << rest(text);
}

}  // namespace weighin::test
