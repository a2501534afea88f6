// Is a page set within the width that it is given?
#include "cli/leaf.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace weighin {
namespace {

void expect_narrow(const std::string& text, std::size_t most) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // Code points: the ellipsis is one.
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    EXPECT_LE(columns, static_cast<std::ptrdiff_t>(most)) << line;
  }
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
  EXPECT_NE(leaf.text().find("x…"), std::string::npos) << "what is cut is told";
}

TEST(Leaf, WordsStandLeftAndAreCutBeforeNumbers) {
  RenderOptions options;
  options.width = 60;
  Leaf leaf(options);
  leaf.table({{"class", "reference", "bytes"},
              {"7B", "a-name-" + std::string(60, 'x'), "12.5 GiB"},
              {"14B", "short", "9 GiB"}});
  expect_narrow(leaf.text(), 60);
  EXPECT_NE(leaf.text().find("  14B    short "), std::string::npos) << leaf.text();
  EXPECT_NE(leaf.text().find("12.5 GiB\n"), std::string::npos) << leaf.text();
  EXPECT_NE(leaf.text().find("   9 GiB\n"), std::string::npos) << leaf.text();
}

TEST(Leaf, NeedsNoColour) {
  RenderOptions options;
  EXPECT_EQ(Leaf(options).heading("A").text().find('\x1b'), std::string::npos);
  options.color = true;
  EXPECT_NE(Leaf(options).heading("A").text().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace weighin
