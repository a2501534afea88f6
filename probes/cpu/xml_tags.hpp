// How are the tags of a small XML document walked through, one after the other?
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace weighin {

/// One tag: <name a="b">, </name> or <name/>. The views point into the document; entities stay as
/// they are written.
struct XmlTag {
  enum class Kind { open, close, empty };
  Kind kind = Kind::open;
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string_view>> attributes;

  /// The value of an attribute; empty where there is none.
  std::string_view value(std::string_view attribute) const;
};

/// Walks through the tags of a document. Declarations, comments and text between tags are passed
/// over; nothing is fetched and no entity is expanded.
class XmlTags {
 public:
  explicit XmlTags(std::string_view text) : text_(text) {}
  /// The next tag; false at the end, or where the text is not XML (see broken()).
  bool next(XmlTag& tag);
  /// True where the walk ended at something that is no tag.
  bool broken() const { return broken_; }
  /// How many bytes have been walked through.
  std::size_t position() const { return position_; }

 private:
  bool read_tag(std::string_view inside, XmlTag& tag);

  std::string_view text_;
  std::size_t position_ = 0;
  bool broken_ = false;
};

}  // namespace weighin
