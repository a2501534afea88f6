// How are the kernel's small text files picked apart?
#include "probes/read/kernel_text.hpp"

#include <algorithm>
#include <charconv>

namespace weighin::kernel_text {
namespace {

// Device-tree strings end in NUL.
constexpr std::string_view kBlanks{" \t\r\n\v\f\0", 7};
// Linux is built for at most 8192 CPUs and 1024 nodes (CONFIG_NR_CPUS, CONFIG_NODES_SHIFT): far
// above.
constexpr std::int64_t kHighestNumber = 65535;

// No machine has an exbibyte; a bound that leaves room for sums.
constexpr Bytes kMostBytes = Bytes{1} << 60;

// Takes one line off `text`; false at its end.
bool next_line(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  const std::size_t end = text.find('\n');
  line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return true;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

std::vector<std::string_view> lines(std::string_view text, std::size_t most) {
  std::vector<std::string_view> found;
  for (std::string_view line; found.size() < most && next_line(text, line);) {
    found.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
  return found;
}

std::vector<std::string_view> words(std::string_view line, std::size_t most) {
  std::vector<std::string_view> found;
  while (found.size() < most) {
    const std::size_t from = line.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) break;
    line.remove_prefix(from);
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    found.push_back(word);
    line.remove_prefix(word.size());
  }
  return found;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string_view> field(std::string_view text, std::string_view key) {
  for (std::string_view line; next_line(text, line);) {
    if (!line.starts_with(key)) continue;
    const std::string_view rest = trimmed(line.substr(key.size()));
    if (rest.starts_with(':')) return trimmed(rest.substr(1));
  }
  return std::nullopt;
}

std::optional<Bytes> kilobytes(std::string_view text, std::string_view key) {
  const auto value = field(text, key);
  if (!value) return std::nullopt;
  const auto parts = words(*value, 3);
  // The kernel writes "kB" and means 1024 bytes (Documentation/filesystems/proc.rst).
  if (parts.size() != 2 || parts[1] != "kB") return std::nullopt;
  const auto number = whole_number(parts[0]);
  if (!number || *number < 0 || *number > kMostBytes / kKiB) return std::nullopt;
  return *number * kKiB;
}

std::optional<std::int64_t> counter(std::string_view text, std::string_view key) {
  for (std::string_view line; next_line(text, line);) {
    if (!line.starts_with(key)) continue;
    const auto parts = words(line, 3);
    if (parts.size() == 2 && parts[0] == key) return whole_number(parts[1]);
  }
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> number_list(std::string_view text) {
  std::vector<std::int64_t> numbers;
  text = trimmed(text);
  while (!text.empty()) {
    const std::size_t end = text.find(',');
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (end != std::string_view::npos && text.empty()) return std::nullopt;
    const std::size_t dash = part.find('-');
    const auto first = whole_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : whole_number(part.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last > kHighestNumber) {
      return std::nullopt;
    }
    for (std::int64_t number = *first; number <= *last; ++number) numbers.push_back(number);
    if (numbers.size() > 4 * static_cast<std::size_t>(kHighestNumber)) return std::nullopt;
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace weighin::kernel_text
