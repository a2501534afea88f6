// Is a page set within the width that it is given?
#include "cli/leaf.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace weighin {
namespace {

void expect_narrow(const std::string& text, std::size_t most) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), most) << line;
}

TEST(Leaf, FoldsAndAligns) {
  RenderOptions options;
  options.width = 60;
  Leaf leaf(options);
  leaf.heading("A page").say(std::string(40, 'a') + " " + std::string(40, 'b') + " c");
  leaf.table({{"what", "bytes"}, {"a", "1"}, {"a longer one", "1000"}});
  expect_narrow(leaf.text(), 60);
  EXPECT_NE(leaf.text().find("  a                 1\n"), std::string::npos) << leaf.text();
}

TEST(Leaf, CutsWhatIsTooWide) {
  RenderOptions options;
  options.width = 60;
  Leaf leaf(options);
  leaf.table({{"what", "bytes"}, {std::string(100, 'x'), "1000"}});
  expect_narrow(leaf.text(), 60);
}

TEST(Leaf, NeedsNoColour) {
  RenderOptions options;
  EXPECT_EQ(Leaf(options).heading("A").text().find('\x1b'), std::string::npos);
  options.color = true;
  EXPECT_NE(Leaf(options).heading("A").text().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace weighin
