// How does a recorded machine lie in a folder?  (Described in docs/machines.md.)
#include "core/recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "core/read_whole.hpp"

namespace weighin {
namespace {

// As the Linux kernel: path_resolution(7) allows 40 links in all.
constexpr int kMaxLinks = 40;
constexpr std::size_t kMaxPathBytes = 4096;

// The parts of a path in reverse order, ready to be taken from the back; blanks and "." left out.
void push_parts(std::vector<std::string>& stack, std::string_view path) {
  const std::size_t before = stack.size();
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") stack.emplace_back(part);
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
  }
  std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(before), stack.end());
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string answer_file(std::string_view question) {
  std::string file;
  bool start = true;  // of a part: a leading point would make "..", or a hidden file
  for (const char c : question) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '+' || (c == '.' && !start);
    if (plain || (c == '/' && !start)) {
      file += c;
    } else {
      file += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    start = c == '/';
  }
  return file;
}

std::map<std::string, std::string> read_assignments(std::string_view text) {
  std::map<std::string, std::string> found;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos || sign == 0 || line.front() == '#') continue;
    found[std::string(line.substr(0, sign))] = line.substr(sign + 1);
  }
  return found;
}

std::map<std::string, std::string> read_failures(std::string_view text) {
  std::map<std::string, std::string> found;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0) continue;
    found[std::string(line.substr(0, tab))] = line.substr(tab + 1);
  }
  return found;
}

Result<std::string> resolve_within(int root, std::string_view path, bool follow_last) {
  if (path.size() > kMaxPathBytes) return cannot("read", path.substr(0, 80), ENAMETOOLONG);
  std::vector<std::string> todo;
  push_parts(todo, path);
  std::vector<std::string> walked;
  int links = 0;
  while (!todo.empty()) {
    std::string part = std::move(todo.back());
    todo.pop_back();
    if (part == "..") {
      if (!walked.empty()) walked.pop_back();
      continue;
    }
    walked.push_back(std::move(part));
    const std::string here = fmt::format("{}", fmt::join(walked, "/"));
    struct stat state {};
    const bool is_link =
        fstatat(root, here.c_str(), &state, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(state.st_mode);
    if (!is_link || (todo.empty() && !follow_last)) continue;
    const auto target = link_target(root, here, path);
    if (!target) return target.error();
    if (++links > kMaxLinks) return cannot("read", path, ELOOP);
    walked.pop_back();
    if (target->starts_with('/')) walked.clear();
    push_parts(todo, *target);
    if (todo.size() > kMaxPathBytes) return cannot("read", path, ENAMETOOLONG);
  }
  return walked.empty() ? std::string(".") : fmt::format("{}", fmt::join(walked, "/"));
}

}  // namespace weighin
