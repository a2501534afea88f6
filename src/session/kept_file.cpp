// Does a kept file stay whole, whoever writes it and whenever he is killed?
#include "session/kept_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

#include "session/session.hpp"

namespace weighin {
namespace {

constexpr const char* kTemporary = ".kept-";
constexpr std::chrono::hours kAbandoned{1};

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t fnv1a(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

// What writers left behind that were killed between the first byte and the new name.
void sweep(const std::filesystem::path& folder) {
  std::error_code error;
  const auto now = std::filesystem::file_time_type::clock::now();
  for (std::filesystem::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    if (!each->path().filename().string().starts_with(kTemporary)) continue;
    std::error_code gone;
    const auto written = each->last_write_time(gone);
    if (!gone && now - written > kAbandoned) std::filesystem::remove(each->path(), gone);
  }
}

bool write_all(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

std::string kept_name(const std::string& facts) { return fmt::format("{:016x}", fnv1a(facts)); }

std::optional<std::string> read_kept(const std::string& folder, const std::string& name,
                                     double longest_seconds, std::size_t most_bytes) {
  if (folder.empty()) return std::nullopt;
  const std::filesystem::path file = std::filesystem::path(folder) / name;
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return std::nullopt;
  const std::chrono::duration<double> age = std::filesystem::file_time_type::clock::now() - written;
  // A file of the future is of a clock that was wrong then or is now.
  if (age.count() > longest_seconds || age.count() < -longest_seconds) return std::nullopt;
  Result<std::string> text = read_input(file.string(), most_bytes);
  if (!text) return std::nullopt;
  return std::move(*text);
}

void write_kept(const std::string& folder, const std::string& name, const std::string& text) {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return;
  sweep(folder);
  const std::filesystem::path place(folder);
  std::string temporary = (place / (std::string(kTemporary) + "XXXXXX")).string();
  const int file = mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return;
  const bool written = write_all(file, text);
  const bool closed = close(file) == 0;
  if (!written || !closed || rename(temporary.c_str(), (place / name).c_str()) != 0)
    unlink(temporary.c_str());
}

}  // namespace weighin
