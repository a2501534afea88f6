// How do the one-line files of /proc and /sys become words and numbers?
#include "probes/read/small_files.hpp"

#include "probes/read/kernel_text.hpp"

namespace weighin {

std::string trimmed(std::string_view text) { return std::string(kernel_text::trimmed(text)); }

std::optional<std::int64_t> to_number(std::string_view text) {
  return kernel_text::whole_number(text);
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
