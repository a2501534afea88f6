// How do the one-line files of /proc and /sys become words and numbers?
#include "probes/read/small_files.hpp"

#include <charconv>

namespace weighin {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks{" \t\r\n\v\f\0", 7};  // device-tree strings end in NUL
  const std::size_t from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kBlanks) - from + 1));
}

std::optional<std::int64_t> to_number(std::string_view text) {
  const std::string word = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::optional<std::string> read_line(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read_file(path, 64u << 10);
  if (!text) return std::nullopt;
  return trimmed(text->substr(0, text->find('\n')));
}

std::optional<std::int64_t> read_number(const Host& host, const std::string& path) {
  const auto line = read_line(host, path);
  return line ? to_number(*line) : std::nullopt;
}

bool exists(const Host& host, const std::string& path) {
  return host.read_file(path, 64u << 10).ok() || host.list_directory(path).ok();
}

}  // namespace weighin
