// How is a page of `weighin explain` set, within the width of the terminal?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/report.hpp"

namespace weighin {

/// Text that grows line by line; nothing is wider than the terminal (60 to 120 columns).
class Leaf {
 public:
  explicit Leaf(const RenderOptions& options);
  Leaf& heading(std::string_view text);
  /// A paragraph, folded, with an empty line before it.
  Leaf& say(std::string_view text);
  /// The first row is the header; the first column and columns of words are left-aligned, those of
  /// numbers right. Cells that are too long for the page are cut, which an ellipsis tells.
  Leaf& table(const std::vector<std::vector<std::string>>& rows);
  std::string text() const { return text_; }

 private:
  std::size_t width_;
  bool color_;
  std::string text_;
};

}  // namespace weighin
