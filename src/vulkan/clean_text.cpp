// How does text from a driver become text that may be shown and stored?
#include "vulkan/clean_text.hpp"

#include <cstdint>

namespace weighin::vulkan {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of the UTF-8 sequence that starts here; 0 where none does. By the table of well-formed
// sequences, Unicode 15 chapter 3, table 3-7.
std::size_t sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  std::size_t count = 0;
  std::uint8_t low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    count = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    count = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    count = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (text.size() < count || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < count; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return count;
}

// C0 and C1 controls, blanks, and the marks that reorder or hide text on a terminal.
bool is_blank_or_control(std::string_view sequence) {
  if (sequence.size() == 1) {
    const auto byte = static_cast<std::uint8_t>(sequence[0]);
    return byte <= 0x20 || byte == 0x7F;
  }
  if (sequence.size() == 2) {
    return sequence[0] == '\xC2' && static_cast<std::uint8_t>(sequence[1]) <= 0xA0;
  }
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  const auto second = static_cast<std::uint8_t>(sequence[1]);
  const auto third = static_cast<std::uint8_t>(sequence[2]);
  return (second == 0x80 && (third <= 0x8F || (third >= 0xA8 && third <= 0xAE))) ||
         (second == 0x81 && third >= 0xA0 && third <= 0xAF);
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  text = text.substr(0, text.find('\0'));
  std::string clean;
  bool blank = false;
  while (!text.empty()) {
    const std::size_t bytes = sequence_bytes(text);
    const std::string_view piece = bytes == 0 ? kReplacement : text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
    if (is_blank_or_control(piece)) {
      blank = !clean.empty();
      continue;
    }
    const std::size_t needed = piece.size() + (blank ? 1 : 0);
    if (clean.size() + needed > max_bytes) break;
    if (blank) clean += ' ';
    blank = false;
    clean += piece;
  }
  return clean;
}

}  // namespace weighin::vulkan
