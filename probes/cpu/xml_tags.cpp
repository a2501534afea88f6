// Which tag comes next in this XML text?
#include "probes/cpu/xml_tags.hpp"

#include <algorithm>

namespace weighin {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// hwloc writes some 20 attributes at most; more is not its work.
constexpr std::size_t kMostAttributes = 64;

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  const std::size_t found = text.find_first_not_of(kBlanks, at);
  return found == std::string_view::npos ? text.size() : found;
}

// The end of a tag that starts at `at`: the first '>' outside quotes.
std::size_t end_of_tag(std::string_view text, std::size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view XmlTag::value(std::string_view attribute) const {
  for (const auto& [key, value] : attributes) {
    if (key == attribute) return value;
  }
  return {};
}

bool XmlTags::read_tag(std::string_view inside, XmlTag& tag) {
  tag.kind = XmlTag::Kind::open;
  tag.attributes.clear();
  if (!inside.empty() && inside.front() == '/') {
    tag.kind = XmlTag::Kind::close;
    inside.remove_prefix(1);
  } else if (!inside.empty() && inside.back() == '/') {
    tag.kind = XmlTag::Kind::empty;
    inside.remove_suffix(1);
  }
  std::size_t at = std::min(inside.find_first_of(kBlanks), inside.size());
  tag.name = inside.substr(0, at);
  if (tag.name.empty()) return false;
  for (at = skip_blanks(inside, at); at < inside.size(); at = skip_blanks(inside, at)) {
    const std::size_t equals = inside.find('=', at);
    if (equals == std::string_view::npos || tag.attributes.size() >= kMostAttributes) return false;
    std::string_view key = inside.substr(at, equals - at);
    key = key.substr(0, key.find_first_of(kBlanks));
    const std::size_t open = skip_blanks(inside, equals + 1);
    if (open >= inside.size() || (inside[open] != '"' && inside[open] != '\'')) return false;
    const std::size_t close = inside.find(inside[open], open + 1);
    if (close == std::string_view::npos || key.empty()) return false;
    tag.attributes.emplace_back(key, inside.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return true;
}

bool XmlTags::next(XmlTag& tag) {
  while (!broken_) {
    const std::size_t open = text_.find('<', position_);
    if (open == std::string_view::npos) {
      position_ = text_.size();
      return false;
    }
    position_ = open;
    const std::string_view rest = text_.substr(open);
    std::string_view stop;
    if (rest.starts_with("<!--")) {
      stop = "-->";
    } else if (rest.starts_with("<?")) {
      stop = "?>";
    }
    if (!stop.empty()) {
      const std::size_t end = text_.find(stop, open + 2);
      broken_ = end == std::string_view::npos;
      if (!broken_) position_ = end + stop.size();
      continue;
    }
    const std::size_t end = end_of_tag(text_, open + 1);
    if (end == std::string_view::npos) {
      broken_ = true;
      continue;
    }
    const std::string_view inside = text_.substr(open + 1, end - open - 1);
    if (inside.starts_with("!")) {  // <!DOCTYPE …>
      position_ = end + 1;
      continue;
    }
    if (!read_tag(inside, tag)) {
      broken_ = true;
      continue;
    }
    position_ = end + 1;
    return true;
  }
  return false;
}

}  // namespace weighin
