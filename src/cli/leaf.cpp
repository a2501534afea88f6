// How is a page of `weighin explain` set, within the width of the terminal?
#include "cli/leaf.hpp"

#include <algorithm>
#include <cctype>

namespace weighin {
namespace {

// Code points; our own text holds no wide ones.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// What is cut away is told by an ellipsis.
std::string cut(std::string text, std::size_t most) {
  if (columns(text) <= most) return text;
  while (columns(text) + 1 > most && !text.empty()) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
      text.pop_back();
    if (!text.empty()) text.pop_back();
  }
  return text + "…";
}

}  // namespace

Leaf::Leaf(const RenderOptions& options)
    : width_(static_cast<std::size_t>(std::clamp(options.width, 60, 120))), color_(options.color) {}

Leaf& Leaf::heading(std::string_view text) {
  if (!text_.empty()) text_ += "\n";
  text_ += color_ ? "\x1b[1m" + std::string(text) + "\x1b[0m\n" : std::string(text) + "\n";
  return *this;
}

Leaf& Leaf::say(std::string_view text) {
  text_ += "\n";
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && columns(line) + 1 + columns(word) > width_ - 2) {
      text_ += "  " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty()) text_ += "  " + line + "\n";
  return *this;
}

Leaf& Leaf::table(const std::vector<std::vector<std::string>>& rows) {
  text_ += "\n";
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  // Numbers stand right, words left: a column is of words where most of its cells begin with a
  // letter.
  std::vector<bool> words(widths.size(), false);
  for (std::size_t i = 1; i < widths.size(); ++i) {
    std::size_t letters = 0, cells = 0;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      if (i >= rows[r].size() || rows[r][i].empty()) continue;
      ++cells;
      letters += std::isalpha(static_cast<unsigned char>(rows[r][i].front())) != 0 ? 1 : 0;
    }
    words[i] = 2 * letters > cells;
  }
  std::size_t all = 2;
  for (const std::size_t width : widths) all += width + 2;
  // What is too wide is taken from the widest column of words, the first among them.
  constexpr std::size_t kLeast = 8;
  if (!words.empty()) words[0] = true;
  for (; all > width_ + 2; --all) {
    std::size_t widest = 0;
    for (std::size_t i = 1; i < widths.size(); ++i) {
      if (words[i] && widths[i] > widths[widest]) widest = i;
    }
    if (widths.empty() || widths[widest] <= kLeast) break;
    --widths[widest];
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line = "  ";
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const std::string cell = cut(rows[r][i], widths[i]);
      const std::string blanks(widths[i] - columns(cell), ' ');
      line += i == 0 ? cell + blanks : "  " + (words[i] ? cell + blanks : blanks + cell);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text_ += (r == 0 && color_ ? "\x1b[2m" + line + "\x1b[0m" : line) + "\n";
  }
  return *this;
}

}  // namespace weighin
