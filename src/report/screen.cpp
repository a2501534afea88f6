// How is text cut, filled, folded and coloured for a terminal?
#include "report/screen.hpp"

#include <algorithm>

namespace weighin {
namespace {

bool starts_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }

/// Bytes of the first `columns` letters.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_letter(text[i]) && seen++ == columns) return i;
  }
  return text.size();
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_letter));
}

std::string clean(std::string_view text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C0 and C1 control characters (the latter are two bytes, C2 80 to C2 9F) become blanks.
    const bool c1 =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    kept += c < 0x20 || c == 0x7F || c1 ? ' ' : text[i];
  }
  return kept;
}

Screen::Screen(const RenderOptions& options)
    : width_(static_cast<std::size_t>(std::clamp(options.width, 60, 120))),
      color_(options.color),
      unicode_(options.unicode) {}

std::string Screen::tone(std::string_view text, Tone tone) const {
  if (!color_ || tone == Tone::plain || text.empty()) return std::string(text);
  const char* code = tone == Tone::strong    ? "1"
                     : tone == Tone::faint   ? "2"
                     : tone == Tone::good    ? "32"
                     : tone == Tone::warning ? "33"
                     : tone == Tone::bad     ? "31"
                                             : "36";
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string Screen::sign(std::string_view unicode, std::string_view ascii) const {
  return std::string(unicode_ ? unicode : ascii);
}

std::string Screen::cut(std::string_view text, std::size_t columns) const {
  const std::string safe = clean(text);
  if (columns_of(safe) <= columns) return safe;
  if (columns < 3) return safe.substr(0, bytes_of(safe, columns));
  std::string end = sign("…", "..");
  return safe.substr(0, bytes_of(safe, columns - columns_of(end))) + end;
}

std::string Screen::cut_middle(std::string_view text, std::size_t columns) const {
  const std::string safe = clean(text);
  const std::size_t all = columns_of(safe);
  if (all <= columns || columns < 8) return cut(safe, columns);
  const std::string gap = sign("…", "..");
  const std::size_t kept = columns - columns_of(gap), end = kept * 3 / 5, begin = kept - end;
  return safe.substr(0, bytes_of(safe, begin)) + gap + safe.substr(bytes_of(safe, all - end));
}

std::string Screen::left(std::string_view text, std::size_t columns) const {
  std::string kept = cut(text, columns);
  kept.append(columns - columns_of(kept), ' ');
  return kept;
}

std::string Screen::right(std::string_view text, std::size_t columns) const {
  std::string kept = cut(text, columns);
  return std::string(columns - columns_of(kept), ' ') + kept;
}

std::vector<std::string> Screen::fold(std::string_view text, std::size_t columns) const {
  std::vector<std::string> lines;
  const std::string safe = clean(text);
  std::string line;
  std::size_t at = 0;
  while (at < safe.size()) {
    const std::size_t blank = std::min(safe.find(' ', at), safe.size());
    std::string word = cut(std::string_view(safe).substr(at, blank - at), columns);
    at = blank + 1;
    if (word.empty()) continue;
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += line.empty() ? word : " " + word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string Screen::labelled(std::string_view label, std::string_view text,
                             std::size_t label_columns, Tone label_tone) const {
  std::string out;
  bool first = true;
  for (const std::string& line : fold(text, width_ - label_columns)) {
    out += first ? tone(left(label, label_columns), label_tone) : std::string(label_columns, ' ');
    out += line + "\n";
    first = false;
  }
  return out;
}

std::string Screen::fit_word(Fit fit) const {
  const char* unicode = "?";
  const char* ascii = "?";
  switch (fit) {
    case Fit::fits:
      unicode = "✓", ascii = "+";
      break;
    case Fit::tight:
      unicode = "≈", ascii = "~";
      break;
    case Fit::slow:
      unicode = "◔", ascii = "-";
      break;
    case Fit::too_big:
    case Fit::unsupported:
    case Fit::not_downloadable:
      unicode = "✗", ascii = "x";
      break;
    case Fit::unknown:
      break;
  }
  return sign(unicode, ascii) + " " + to_text(fit);
}

Tone Screen::fit_tone(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return Tone::good;
    case Fit::tight:
    case Fit::slow:
    case Fit::unknown:
      return Tone::warning;
    case Fit::too_big:
    case Fit::unsupported:
    case Fit::not_downloadable:
      return Tone::bad;
  }
  return Tone::plain;
}

}  // namespace weighin
