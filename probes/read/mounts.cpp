// What is mounted where?
#include "probes/read/mounts.hpp"

#include <algorithm>

#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

// Hosts of many containers have some ten thousand mounts.
constexpr std::size_t kMostMounts = 50000;

// Blanks, tabs, line breaks and backslashes stand as \040, \011, \012, \134 (proc(5)).
std::string unescaped(std::string_view text) {
  std::string out;
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && octal(text[i + 1]) &&
        octal(text[i + 2]) && octal(text[i + 3])) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                               (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<Mount> read_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : kernel_text::lines(text, kMostMounts)) {
    const auto parts = kernel_text::words(line);
    // id parent major:minor root point options [tag…] - type source super-options
    const auto mark = std::find(parts.begin(), parts.end(), "-");
    if (mark - parts.begin() < 6 || parts.end() - mark < 3) continue;
    Mount mount;
    mount.device = parts[2];
    mount.root = unescaped(parts[3]);
    mount.point = unescaped(parts[4]);
    mount.options = parts[5];
    mount.type = mark[1];
    mount.source = unescaped(mark[2]);
    if (parts.end() - mark > 3) mount.super_options = mark[3];
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<Mount> read_mounts(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : kernel_text::lines(text, kMostMounts)) {
    const auto parts = kernel_text::words(line);
    if (parts.size() < 4) continue;
    Mount mount;
    mount.root = "/";
    mount.source = unescaped(parts[0]);
    mount.point = unescaped(parts[1]);
    mount.type = parts[2];
    mount.options = parts[3];
    mount.super_options = parts[3];
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

Result<std::vector<Mount>> mounts_of(const Host& host) {
  const auto full = host.read_file("/proc/self/mountinfo");
  if (full) return read_mountinfo(*full);
  for (const char* path : {"/proc/self/mounts", "/proc/mounts"}) {
    if (const auto plain = host.read_file(path)) return read_mounts(*plain);
  }
  return full.error();
}

bool has_option(std::string_view options, std::string_view option) {
  while (!options.empty()) {
    const std::size_t end = options.find(',');
    if (options.substr(0, end) == option) return true;
    options = end == std::string_view::npos ? std::string_view{} : options.substr(end + 1);
  }
  return false;
}

bool below(std::string_view path, std::string_view folder, std::string_view& rest) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  if (!path.starts_with(folder)) return false;
  rest = path.substr(folder.size());
  return rest.empty() || rest.front() == '/';
}

const Mount* mount_at(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts) {
    std::string_view rest;
    if (!below(path, mount.point, rest)) continue;
    if (best == nullptr || mount.point.size() >= best->point.size()) best = &mount;
  }
  return best;
}

}  // namespace weighin
